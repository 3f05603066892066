/** Style sheets that the build makes from the harness' own. */
declare module 'virtual:theme.css';
declare module 'virtual:report.css';
