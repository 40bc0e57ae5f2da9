import { describeTransport } from './transport.suite.ts';
import { makeTlsHarness } from './tls.fixture.ts';

describeTransport('TLS', makeTlsHarness);
