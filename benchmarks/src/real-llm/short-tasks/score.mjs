/** 1 when the answer is the expected word or number, alone or in a sentence of at most twelve words; else 0. */
export default ({ task, answer }) => {
  const words = (text) =>
    String(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const said = words(answer);
  const [expected] = words(task.expected);
  // In a sum, what is said last is the result.
  const right = /^\d+$/.test(expected) ? said.filter((word) => /^\d+$/.test(word)).at(-1) === expected : said.includes(expected);
  return { score: right && said.length <= 12 ? 1 : 0, reasons: [] };
};
