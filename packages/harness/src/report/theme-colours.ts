/** The colours of reports and of the page, as custom properties of CSS: those of Okabe and Ito, lightened for the dark. */

export const themeColours = {
  light: `  --page: #f5f6f8; --surface: #ffffff; --ink: #1b1f24; --soft: #565e68; --muted: #6b7480; --line: #dde1e6;
  --blue: #0072b2; --vermillion: #d55e00; --green: #00825f; --purple: #b0568a; --orange: #c98500; --sky: #3d9fd6;
  --heat: #56b4e9; --cell: #f0f3f6;
  --good: #00694d; --bad: #b04a00; --notice: #fff4d6; --notice-line: #e0b040;`,
  dark: `  --page: #12151a; --surface: #1b2027; --ink: #e8ebef; --soft: #a9b2bd; --muted: #929ca8; --line: #343c46;
  --blue: #5cb8f0; --vermillion: #f08038; --green: #2fc49a; --purple: #e09cc6; --orange: #ecb23a; --sky: #8accf2;
  --heat: #0072b2; --cell: #252c35;
  --good: #45d1a8; --bad: #ff9a58; --notice: #3a3118; --notice-line: #a98526;`,
} as const;
