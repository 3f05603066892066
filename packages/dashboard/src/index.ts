/** The dashboard, for who serves it: the folder of its files, and how they come to be. */
export { type PageBuild, pageFolder, readyPage } from './build/ready-page.ts';
