import { describe, expect, it } from 'vitest';
import { readOutcomeTable } from '../../src/data/outcome-table.ts';
import { ConfigError } from '../../src/scenario/config-error.ts';
import { tableFiles, writeTable } from './outcome-files.ts';

function faultIn(changed: Readonly<Record<string, string | null>>): string {
  const directory = writeTable(changed);
  try {
    readOutcomeTable(directory);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.replaceAll(`${directory}/`, '').replaceAll(directory, '.');
  }
  throw new Error('the table was read');
}

/** With other rows of outcomes below the right header. */
const rows = (...lines: readonly string[]) => ({
  'outcomes.csv': `query_id,model,quality,cost_usd,input_tokens,output_tokens,latency_s\n${lines.join('\n')}\n`,
});

/** With a second query that offers two tools, but for what is changed. */
const tools = (changed: Readonly<Record<string, unknown>>) => ({
  'queries.jsonl': `{"query_id":"q1","prompt":"x"}\n${JSON.stringify({
    query_id: 'q2',
    prompt: 'y',
    functions: ['get_time', 'add'],
    n_functions: 2,
    n_params: 3,
    function_schema_chars: 410,
    ...changed,
  })}\n`,
});

describe('readOutcomeTable', () => {
  it('reads queries, models and outcomes', () => {
    const table = readOutcomeTable(writeTable());
    expect(table.queries).toEqual([
      { id: 'q1', text: 'one and one', category: 'sums' },
      { id: 'q2', text: '', category: 'all' },
    ]);
    expect(table.models).toEqual(['a', 'b']);
    expect(table.outcome('q1', 'a')).toEqual({ quality: 1, costUsd: 0.002, latencyMs: 1500, inputTokens: 10, outputTokens: 20 });
  });

  it('takes an empty cell for unknown, and a zero for zero', () => {
    const table = readOutcomeTable(writeTable());
    expect(table.outcome('q1', 'b')).toEqual({ quality: 0.25, costUsd: null, latencyMs: null, inputTokens: 0, outputTokens: 0 });
    expect(table.outcome('q2', 'a')).toEqual({ quality: null, costUsd: 0, latencyMs: 0, inputTokens: 3, outputTokens: 4 });
    expect(table.outcome('q2', 'b')).toBeUndefined();
  });

  it('reads columns in any order, with further ones, and with a byte order mark', () => {
    const table = readOutcomeTable(
      writeTable({ 'outcomes.csv': '\ufeffnote,latency_s,model,query_id,cost_usd,quality,input_tokens,output_tokens\n"x, y",2,b,q2,1,0.5,1,2\r\n' }),
    );
    expect(table.outcome('q2', 'b')).toEqual({ quality: 0.5, costUsd: 1, latencyMs: 2000, inputTokens: 1, outputTokens: 2 });
  });

  it('reads which tools a query offered, where the table says so', () => {
    const table = readOutcomeTable(
      writeTable({
        'queries.jsonl': [
          { query_id: 'q1', prompt: 'x', functions: ['get_time', 'add'], n_functions: 2, n_params: 3, function_schema_chars: 410 },
          { query_id: 'q2', prompt: 'y', functions: null, n_functions: null },
          { query_id: 'q3', prompt: 'z', functions: [], n_functions: 0, n_params: 0, function_schema_chars: 2 },
        ]
          .map((row) => JSON.stringify(row))
          .join('\n'),
      }),
    );
    expect(table.queries.map(({ tools }) => tools)).toEqual([
      { names: ['get_time', 'add'], parameters: 3, schemaCharacters: 410 },
      undefined,
      { names: [], parameters: 0, schemaCharacters: 2 },
    ]);
    expect(table.queries[1]).not.toHaveProperty('tools');
  });

  it.each([
    ['a row that is too short', rows('q1,a,1,1,1,1,1', 'q1,b,1,1,1,1'), 'outcomes.csv:3:1: a broken row: Invalid Record Length'],
    ['a quotation mark that is not closed', rows('q1,a,1,1,1,1,1', 'q1,"b,1,1,1,1,1'), 'outcomes.csv:'],
    ['NaN', rows('q1,a,NaN,1,1,1,1'), 'outcomes.csv:2:1: quality is "NaN", which is not a number; leave the cell empty where nothing is known'],
    ['infinity', rows('q1,a,1,1,1,1,1', 'q1,b,1,Infinity,1,1,1'), 'outcomes.csv:3:1: cost_usd is "Infinity", which is not a number'],
    ['a word for a number', rows('q1,a,1,1,1,1,fast'), 'outcomes.csv:2:1: latency_s is "fast", which is not a number'],
    ['a negative cost', rows('q1,a,1,-0.1,1,1,1'), 'outcomes.csv:2:1: cost_usd is -0.1; it cannot be negative'],
    ['a negative quality', rows('q1,a,-0.5,1,1,1,1'), 'outcomes.csv:2:1: quality is -0.5; it cannot be negative'],
    ['a quality above 1', rows('q1,a,1.01,1,1,1,1'), 'outcomes.csv:2:1: quality is 1.01; it must be in [0, 1]'],
    ['an unknown query', rows('q9,a,1,1,1,1,1'), 'outcomes.csv:2:1: the query "q9" is not in queries.jsonl'],
    ['an unknown model', rows('q1,c,1,1,1,1,1'), 'outcomes.csv:2:1: the model "c" is not in models.csv'],
    ['an outcome twice', rows('q1,a,1,1,1,1,1', 'q2,a,1,1,1,1,1', 'q1,a,0,1,1,1,1'), 'outcomes.csv:4:1: a second outcome of a on q1'],
    [
      'a missing column',
      { 'outcomes.csv': 'query_id,model,quality,cost_usd,input_tokens,output_tokens\nq1,a,1,1,1,1\n' },
      'outcomes.csv: the column latency_s is missing',
    ],
    [
      'missing columns, without a row',
      { 'outcomes.csv': 'query_id,model,quality\n' },
      'outcomes.csv: the columns cost_usd, input_tokens, output_tokens, latency_s are missing',
    ],
    ['an empty file of outcomes', { 'outcomes.csv': '' }, 'outcomes.csv: the columns query_id, model,'],
    ['no file of outcomes', { 'outcomes.csv': null }, 'outcomes.csv: there is no such file'],
    ['no file of models', { 'models.csv': null }, 'models.csv: there is no such file'],
    ['no file of queries', { 'queries.jsonl': null }, 'queries.jsonl: there is no such file'],
    ['no models', { 'models.csv': 'model\n', ...rows() }, '.: the table has no queries or no models'],
    ['no queries', { 'queries.jsonl': '', ...rows() }, '.: the table has no queries or no models'],
    ['a model twice', { 'models.csv': 'model\na\nb\na\n' }, 'models.csv:4:1: a second model "a"'],
    ['a model without a name', { 'models.csv': 'model,note\na,\nb,\n,x\n' }, 'models.csv:4:1: a model without a name'],
    ['a query twice', { 'queries.jsonl': `${tableFiles['queries.jsonl']}{"query_id":"q1","prompt":"again"}\n` }, 'queries.jsonl:4:1: a second query "q1"'],
    ['a broken line of queries', { 'queries.jsonl': '{"query_id":"q1","prompt":"x"}\n{"query_id":\n' }, 'queries.jsonl:2:1: not valid JSON: '],
    [
      'a query without its prompt',
      { 'queries.jsonl': '\n{"query_id":"q1"}\n' },
      'queries.jsonl:2:1: Invalid input: expected string, received undefined (at prompt)',
    ],
    ['tools that are not a list', tools({ functions: 'add' }), 'queries.jsonl:2:1: Invalid input: expected array, received string (at functions)'],
    ['a tool without a name', tools({ functions: ['add', ''] }), 'queries.jsonl:2:1: Too small: expected string to have >=1 characters (at functions.1)'],
    ['a count that is text', tools({ n_params: '3' }), 'queries.jsonl:2:1: Invalid input: expected number, received string (at n_params)'],
    ['a count that is not whole', tools({ n_params: 1.5 }), 'queries.jsonl:2:1: Invalid input: expected int, received number (at n_params)'],
    ['a negative count', tools({ function_schema_chars: -1 }), 'queries.jsonl:2:1: Too small: expected number to be >=0 (at function_schema_chars)'],
    [
      'a count of tools that is not that of their names',
      tools({ n_functions: 3 }),
      'queries.jsonl:2:1: n_functions is 3, but functions has 2 names (at n_functions)',
    ],
    [
      'tools of which only the names are given',
      tools({ n_functions: undefined, n_params: null }),
      'queries.jsonl:2:1: functions, n_functions, n_params, function_schema_chars describe the tools of a query together; missing: n_functions, n_params (at n_functions)',
    ],
  ])('names file and row of %s', (_what, changed, expected) => {
    expect(faultIn(changed)).toContain(expected);
  });

  it('names the first ten broken rows together', () => {
    const message = faultIn(rows(...Array.from({ length: 15 }, () => 'q1,a,2,1,1,1,1')));
    expect(message.split('\n')).toHaveLength(10);
    expect(message.split('\n')[9]).toMatch(/^outcomes\.csv:11:1: /);
  });

  it('reads a header without rows as a table in which nothing is known', () => {
    expect(readOutcomeTable(writeTable(rows())).outcome('q1', 'a')).toBeUndefined();
  });
});
