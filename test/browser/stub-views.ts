import type { IncomingHttpHeaders } from 'node:http';
import { QwError, type ApiFlowView } from '../../src/model/index.ts';
import { builtInFlowViews } from '../../src/watcher/flows/views/built-in.ts';
import { problemOfFlowView, readFlowView } from '../../src/watcher/flows/views/read-flow-view.ts';

/** `/api/v1/flows/views…`: kept as the ledger keeps them, read as the watcher reads them. */
export interface ViewsStub {
  saved: ApiFlowView[];
  reset: () => void;
  answer: (request: ViewsRequest) => object;
}

interface ViewsRequest {
  parts: readonly string[];
  method: string;
  body: unknown;
  headers: IncomingHttpHeaders;
  query: URLSearchParams;
}

const ready = builtInFlowViews.map((document): ApiFlowView => ({
  name: document.name,
  title: document.title,
  source: 'built-in',
  document,
}));

function savedView(document: { name: string; title: string } & object, by: string, position: number): ApiFlowView {
  const problem = problemOfFlowView(document);
  const { name, title } = document;
  const at = new Date(Date.UTC(2026, 2, 28, 21)).toISOString();
  return {
    name,
    title,
    source: 'ledger',
    by,
    at,
    position,
    document,
    ...(problem !== undefined && { problem }),
  };
}

const initial = (): ApiFlowView[] => [
  savedView({ name: 'old', title: 'Of an older version', filter: 'host 10.0.0.80 near 3' } as never, 'olga', 5),
  savedView(
    { name: 'web', title: 'The web server', description: 'Who talks to it', filter: 'server host 10.0.0.80' } as never,
    'jan',
    7,
  ),
];

const problem = (status: number, code: string, detail: string) => ({
  type: 'about:blank',
  title: 'That did not work',
  status,
  code,
  detail,
});

export function createViewsStub(): ViewsStub {
  let position = 10;
  const save = (name: string, { body, headers, query }: ViewsRequest): object => {
    const was = query.get('was') ?? name;
    const before = stub.saved.find((one) => one.name === was);
    if (headers['if-match'] !== `"${before?.position ?? 0}"`) return problem(409, 'CONFLICT', 'it was changed');
    const { document } = readFlowView(body as string, 'view');
    const saved = savedView(document as never, 'maria', ++position);
    stub.saved = [...stub.saved.filter((one) => one !== before), saved].sort((a, b) => (a.name < b.name ? -1 : 1));
    return saved;
  };
  const stub: ViewsStub = {
    saved: initial(),
    reset: () => {
      stub.saved = initial();
    },
    answer: (request) => {
      const name = decodeURIComponent(request.parts[2] ?? '');
      if (request.method === 'PUT') {
        try {
          return save(name, request);
        } catch (thrown) {
          if (thrown instanceof QwError) return problem(422, thrown.code, thrown.message);
          throw thrown;
        }
      }
      if (request.method === 'DELETE') {
        stub.saved = stub.saved.filter((one) => one.name !== name);
        return {};
      }
      return { items: [...ready, ...stub.saved] };
    },
  };
  return stub;
}
