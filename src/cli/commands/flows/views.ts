import { Command } from 'commander';
import type { ApiFlowView } from '../../../model/index.ts';
import { addDocumentCommands } from '../../document-commands.ts';

/** Views of traffic that people have saved, as files. */
export function viewsCommand(): Command {
  const command = new Command('views').description(
    'Views of traffic: those that come with the program, and saved ones',
  );
  return addDocumentCommands<ApiFlowView>(command, {
    path: '/flows/views',
    list: 'All views, who saved them, and what can no longer be read',
    print: { name: 'export', description: 'One view as YAML, to be kept, edited and applied' },
    apply: 'Save a view of a YAML or JSON file through the ledger; its key `name` says under which name',
    remove: 'Remove a view',
    columns: { name: 'name', source: 'source', title: 'title', by: 'by', time: 'at', problem: 'problem' },
    read: async (text, file) => {
      const { readFlowView } = await import('../../../watcher/index.ts');
      const { view, document } = readFlowView(text, file);
      return { name: view.name, document };
    },
    renames: true,
  });
}
