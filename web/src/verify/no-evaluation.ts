import { config } from 'zod';

// Compiled schemas would be tried by evaluating code, which the policy of this page refuses, and reports.
config({ jitless: true });
