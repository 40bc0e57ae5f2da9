import { Command } from 'commander';
import type { ApiDashboard } from '../../model/index.ts';
import { addDocumentCommands } from '../document-commands.ts';

export function dashboardCommand(): Command {
  const command = new Command('dashboard').description('Dashboards: those that come with the program, and your own');
  return addDocumentCommands<ApiDashboard>(command, {
    path: '/dashboards',
    list: 'All dashboards',
    print: { name: 'show', description: 'One dashboard as YAML, to be edited and applied' },
    apply: 'Save a dashboard of a YAML or JSON file through the ledger; its key `name` says under which name',
    remove: 'Remove a dashboard',
    columns: { name: 'name', source: 'source', title: 'title' },
    read: async (text, file) => {
      const { readDashboard } = await import('../../watcher/index.ts');
      const { dashboard, document } = readDashboard(text, file);
      return { name: dashboard.name, document };
    },
  });
}
