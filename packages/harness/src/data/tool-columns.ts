/** The columns of a table's queries that say which tools (functions) a query offered to the model. */
import type { OfferedTools } from '@ratchet/core';
import { z } from 'zod';

const count = z.int().min(0);

/** A cell that is null is one that is not there. */
export const toolCellsSchema = z.object({
  functions: z.array(z.string().min(1)).nullish(),
  n_functions: count.nullish(),
  n_params: count.nullish(),
  function_schema_chars: count.nullish(),
});
export type ToolCells = z.infer<typeof toolCellsSchema>;
type ToolColumn = keyof ToolCells;

const columns = Object.keys(toolCellsSchema.shape) as readonly ToolColumn[];

/** What is wrong with the cells of a query, and where: with one of them there must be all, and the count is that of the names. */
export function toolsFault(cells: ToolCells): { readonly column: ToolColumn; readonly message: string } | undefined {
  const missing = columns.filter((column) => cells[column] === undefined || cells[column] === null);
  if (missing.length === columns.length) return undefined;
  const [column] = missing;
  if (column !== undefined) return { column, message: `${columns.join(', ')} describe the tools of a query together; missing: ${missing.join(', ')}` };
  if (cells.functions?.length === cells.n_functions) return undefined;
  return { column: 'n_functions', message: `n_functions is ${cells.n_functions}, but functions has ${cells.functions?.length} names` };
}

/** undefined where the table does not say; of cells without a fault. */
export function toolsOf({ functions, n_params, function_schema_chars }: ToolCells): OfferedTools | undefined {
  if (functions === undefined || functions === null) return undefined;
  return { names: functions, parameters: n_params as number, schemaCharacters: function_schema_chars as number };
}
