/** The answer banks of the shipped scenarios against their requests: simulated models must find in each what it asks for. */
import { fileURLToPath } from 'node:url';
import { loadScenario, type Scenario } from '@ratchet/harness';
import { simulatedBank, simulationSchema } from '@ratchet/providers';
import { describe, expect, test } from 'vitest';

const shipped = (name: string): Scenario =>
  loadScenario({ path: fileURLToPath(new URL(`../../../scenarios/${name}`, import.meta.url)), simulation: simulationSchema });

describe.each(['code-gen', 'document-processing'])('the scenario %s', (name) => {
  const scenario = shipped(name);
  const materials = (ids: readonly string[]) => ids.map((id) => scenario.materials[id]?.trim() ?? '');
  const bank = simulatedBank(
    [...scenario.parts.values()].map((part) => ({ ...part, reads: materials(part.reads) })),
    scenario.tasks.flatMap((task) => task.asks),
  );

  test('asks in each request for just the parts that are marked in it, in their order', () => {
    expect(scenario.tasks.length).toBeGreaterThan(50);
    for (const task of scenario.tasks) {
      const asked = bank.asked(task.text);
      expect({ task: task.id, parts: asked.map(({ part }) => part.id) }).toEqual({ task: task.id, parts: task.asks.map(({ partId }) => partId) });
      expect(asked.map(({ coverage }) => coverage)).toEqual(asked.map(() => 1));
    }
  });

  test('shows in each request the texts that its parts are about', () => {
    let texts = 0;
    for (const task of scenario.tasks) {
      for (const { partId } of task.asks) {
        for (const text of materials(scenario.parts.get(partId)?.reads ?? [])) {
          texts++;
          expect({ task: task.id, shown: text !== '' && task.text.includes(text) }).toEqual({ task: task.id, shown: true });
        }
      }
    }
    expect(texts).toBeGreaterThan(0);
  });

  test('has answers that are recognised where a model shows them, and tells them apart', () => {
    for (const part of scenario.parts.values()) {
      for (const { text, grade } of part.answers) {
        const shown = part.language === 'javascript' ? `Here it is:\n\n\`\`\`js\n${text.trim()}\n\`\`\`\n\nAnything else?` : text;
        const known = bank.recognise(shown).map((answer) => ({ part: answer.part.id, grade: answer.grade, text: answer.text }));
        expect(known).toContainEqual({ part: part.id, grade, text: text.trim() });
      }
    }
  });
});
