import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/overview.css';
import './styles/check.css';
import './styles/pages.css';
import './styles/cluster.css';
import { render } from 'preact';
import { startSession } from './api/session.ts';
import { App } from './app.tsx';
import { startRouter } from './router.ts';
import { startTheme } from './theme.ts';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no element #app');
startTheme();
startRouter();
const reason = await startSession();
render(<App reason={reason} />, root);
