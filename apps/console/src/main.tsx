import { render } from 'preact';
import { App } from './app.js';
import { followContainers } from './state/live.js';
import './styles/base.css';
import './styles/layout.css';
import './styles/parts.css';
import './styles/data.css';

followContainers();
render(<App />, document.getElementById('app')!);
