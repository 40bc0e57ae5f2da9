import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import {
  clusterSchema,
  demonstrationFault,
  demonstrationSchema,
  memberRecordSchema,
  membershipChangeSchema,
  QwError,
  type MembershipChange,
} from '../../model/index.ts';
import type { Demonstration, MembershipInForce, Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { authority, json, route } from './route.ts';

/** Who belongs to the cluster, how it stands, and what the local demonstration does to it. */

const membershipSchema = z.object({
  /** Ledger position since which it is in force: the next change is signed upon it. */
  position: z.int(),
  epoch: z.int(),
  protocol: z.enum(['solo', 'raft', 'pbft']),
  watchers: z.array(memberRecordSchema),
});

const clusterRoute = createRoute(
  route({
    method: 'get',
    path: '/cluster',
    summary: 'How agreement stands: members, links, water marks',
    answer: clusterSchema,
  }),
);

const membershipRoute = createRoute(
  route({ method: 'get', path: '/membership', summary: 'Members and observers in force', answer: membershipSchema }),
);

const changeRoute = createRoute({
  ...route({
    method: 'post',
    path: '/membership',
    summary: 'Change members; in a cluster with the signature of an operator',
    answer: membershipSchema,
  }),
  request: { body: json(z.strictObject({ change: membershipChangeSchema, authority: authority.optional() })) },
});

const faultsRoute = createRoute(
  route({
    method: 'get',
    path: '/demonstration',
    summary: 'What the local demonstration does to its watchers at present',
    answer: demonstrationSchema,
  }),
);

const orderRoute = createRoute({
  ...route({
    method: 'post',
    path: '/demonstration',
    summary: 'Make a watcher of the local demonstration lie, stand still or be cut off, or heal it',
    answer: demonstrationSchema,
  }),
  request: {
    body: json(z.strictObject({ watcher: z.string().max(64), fault: z.enum([...demonstrationFault.options, 'heal']) })),
  },
});

export function serveCluster(
  api: OpenAPIHono<AccessEnvironment>,
  { queries, commands }: Pick<Watcher, 'queries' | 'commands'>,
  demonstration: Demonstration | undefined,
): void {
  api.openapi(clusterRoute, (context) =>
    context.json({ ...queries.cluster(), demonstration: demonstration !== undefined }, 200),
  );
  api.openapi(membershipRoute, (context) => context.json(present(queries.membership()), 200));
  api.openapi(changeRoute, async (context) => {
    const { change, authority: signed } = context.req.valid('json');
    return context.json(present(await commands.changeMembership(change as MembershipChange, signed)), 200);
  });
  const running = (): Demonstration => {
    if (demonstration) return demonstration;
    throw new QwError('NOT_FOUND', 'this is no demonstration: its members are watchers of their own', {
      hint: 'start one with `quorumwatch up --watchers 4`',
    });
  };
  api.openapi(faultsRoute, (context) => context.json({ faults: [...running().faults()] }, 200));
  api.openapi(orderRoute, async (context) => {
    const { watcher, fault } = context.req.valid('json');
    await running().order(watcher, fault);
    return context.json({ faults: [...running().faults()] }, 200);
  });
}

function present({ position, membership }: MembershipInForce): z.output<typeof membershipSchema> {
  const { epoch, protocol, watchers } = membership;
  return {
    position,
    epoch,
    protocol,
    watchers: watchers.map((watcher) => ({ ...watcher, labels: watcher.labels && { ...watcher.labels } })),
  };
}
