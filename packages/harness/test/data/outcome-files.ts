/** Writes recorded data into folders of their own: a table of outcomes, or recorded answers. */
import { writeFolder } from '../scenario/scenario-folder.ts';

export const tableFiles = {
  'queries.jsonl': '{"query_id":"q1","category":"sums","prompt":"one and one"}\n\n{"query_id":"q2","prompt":null}\n',
  'models.csv': 'model,note\na,\nb,"a, b"\n',
  'outcomes.csv': `query_id,model,quality,cost_usd,input_tokens,output_tokens,latency_s
q1,a,1,0.002,10,20.4,1.5
q1,b,0.25,,,,
q2,a,,0,3,4,0
`,
} as const;

export const answerFiles = {
  'tasks.jsonl':
    '{"task_id":"t1","prompt":"def f():","entry_point":"f","test":"def check(f): pass","more":1}\n{"task_id":"t2","prompt":"def g():","entry_point":"g","test":"def check(g): pass"}\n',
  'answers.jsonl': '{"task_id":"t1","model":"m","strategy":"direct","text":"return 1"}\n{"task_id":"t1","model":"m","strategy":"debate","text":""}\n',
} as const;

export function writeTable(changed: Readonly<Record<string, string | null>> = {}): string {
  return writeFolder({ ...tableFiles, ...changed });
}

export function writeAnswers(changed: Readonly<Record<string, string | null>> = {}): string {
  return writeFolder({ ...answerFiles, ...changed });
}
