/** `pnpm build`: makes the page's files, where they are not there or old. */
import { readyPage } from './ready-page.ts';

const { folder, built } = await readyPage();
process.stdout.write(`${built ? 'built' : 'up to date'}: ${folder}\n`);
