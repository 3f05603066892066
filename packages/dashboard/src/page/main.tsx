/** Where the page begins. */
import { render } from 'preact';
import 'virtual:theme.css';
import 'virtual:report.css';
import './style/base.css';
import './style/views.css';
import { App } from './app.tsx';

const host = document.getElementById('page');
if (host !== null) {
  host.replaceChildren();
  render(<App />, host);
}
