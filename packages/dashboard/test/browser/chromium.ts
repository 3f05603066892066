/** The browser of the system, for tests on the page as people see it; where there is none, they are skipped, saying so. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** Its path; undefined where there is none. */
export const chromiumPath = [...(process.env['CHROMIUM'] === undefined ? [] : [process.env['CHROMIUM']]), ...places].find((path) => existsSync(path));

/** Loads nothing of its own over the network. */
export function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no chromium is installed');
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
