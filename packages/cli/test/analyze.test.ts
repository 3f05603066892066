import { describe, expect, it } from 'vitest';
import { newPlace } from './ratchet.ts';

const request = 'Find the three cheapest flights to Oslo next Friday, then put them into a table. Refine the table until it fits on a page.';

describe('analyze', () => {
  const place = newPlace();

  it('prints operations, chunks, the graph with its reasons, and complexity with its parts', async () => {
    const { code, stdout } = await place.run(['analyze', request]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}1\. find the three cheapest flights \[to Oslo/m);
    expect(stdout).toMatch(/^ {2}2\. then put them into a table/im);
    expect(stdout).toMatch(/^ {2}1 -> 2 {2}reference/m);
    expect(stdout).toMatch(/^ {2}\d -> \d {2}until/m);
    expect(stdout).toMatch(/^Complexity 0\.\d\d = 1 - exp/m);
    for (const part of ['length', 'operations', 'dependencies', 'depth', 'materials']) expect(stdout).toMatch(new RegExp(`^  ${part} +\\d\\.\\d\\d`, 'm'));
  });

  it('prints the analysis as JSON, whose chunks are the request', async () => {
    const { stdout } = await place.call(['analyze', request, '--json']);
    const analysis = JSON.parse(stdout);
    expect(analysis.chunks.map(({ text }: { text: string }) => text).join('')).toBe(request);
    expect(Object.keys(analysis)).toEqual(expect.arrayContaining(['operations', 'references', 'ambiguities', 'edges', 'structure', 'complexity']));
  });

  it('prints the graph for Mermaid, with marks that Mermaid would read escaped', async () => {
    const { stdout } = await place.call(['analyze', 'Write `a(x)` that says "hi". Then, using `a`, write `b(y)`.', '--mermaid']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('flowchart TD');
    expect(lines).toContain('  c1 -->|name| c2');
    for (const line of lines.filter((one) => one.includes('["'))) expect(line).toMatch(/^ {2}c\d\["[^"`<>]*"\]$/);
  });

  it('takes a text of another language for one chunk', async () => {
    const { code, stdout } = await place.call(['analyze', 'Schreibe ein Gedicht über das Meer und zeichne danach eine Karte.']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/1 chunk, 0 edges/);
  });
});
