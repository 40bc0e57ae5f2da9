import './no-evaluation.ts';
import { render } from 'preact';
import '../styles/tokens.css';
import './verify.css';
import { VerifyPage } from './verify-page.tsx';

const dark = matchMedia('(prefers-color-scheme: dark)');
const show = () => {
  document.documentElement.dataset['theme'] = dark.matches ? 'dark' : 'light';
};
dark.addEventListener('change', show);
show();

const app = document.getElementById('app');
if (app) render(<VerifyPage />, app);
