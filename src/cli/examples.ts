import type { Command } from 'commander';
import { say } from './text/speech.ts';

/** Command lines that show how commands are used; said without `quorumwatch`. */
export const examples: readonly string[] = `
flows collect --listen udp:0.0.0.0:2055 udp:0.0.0.0:6343 --dir office
flows collect --listen tcp:127.0.0.1:4739 --json
flows status
flows status --limit 5 --json
flows replay office.pcap --dir office
flows replay office.pcap --to 127.0.0.1:2055 --speed max
flows import aws flow.log.gz --dir traffic
flows import gcp entries.json --dir traffic --json
flows decode office.pcap
flows decode records.ipfix --json
flows generate --format ipfix --records 20000 --seed 7 --out load.pcap
flows generate --rate 5000 --to 127.0.0.1:2055
flows privacy-key flows.key
flows pseudonym 203.0.113.77 --key-file flows.key
flows reveal 52.191.66.141 --key-file flows.key
flows delete --class traffic --before 90d
flows top --by service --last 24h
flows top --by source,destination --filter 'src net 10.0.0.0/8 and not port 443' --limit 5
flows top --dir office --from 2026-01-31T12:00:00Z --to 2026-01-31T13:00:00Z --csv
flows query --filter 'host 10.0.0.80' --view client-server --last 6h
flows query --by exporter,input --rank p95 --last 7d --json
flows chart --by country --filter 'direction outgoing' --last 24h
flows chart --no-unicode
flows insights --last 7d
flows insights --dir office --last 1d --json
flows sql 'SELECT protocol, sum(bytes) FROM flows GROUP BY ALL' --limit 10
nat log --errors-only --last 1d
nat log --translations-only --limit 500 --json
nat who 198.51.100.1 40000 --at 2026-01-31T12:00:00Z
nat who 198.51.100.1 --at 2026-01-31T12:00:00Z --slack 1m --json
nat status
nat status --json
mirror list
mirror start --interface eth0 --network 10.1.0.2/32 --protocol icmp --for 10m --purpose "ticket 4711"
mirror start --interface eth0 --peer 0.0.0.0/0 --vxlan 10.3.0.2 --vni 42 --for 1h --purpose "IDS" --dry-run
mirror approve 16
mirror stop 16
mirror read 16 --out resets.pcapng --why "ticket 4711"
mirror receive --listen 10.3.0.2 --vni 42 --into captures --for 1h
`
  .trim()
  .split('\n');

/** Adds them to the help of the commands that they are of. */
export function showExamples(command: Command, parents: readonly string[] = []): void {
  for (const inner of command.commands) {
    const path = [...parents, inner.name()];
    const lines = examples.filter((line) => `${line} `.startsWith(`${path.join(' ')} `) && inner.commands.length === 0);
    if (lines.length > 0) {
      inner.addHelpText('after', () =>
        ['', say('Examples:'), ...lines.map((line) => `  quorumwatch ${line}`)].join('\n'),
      );
    }
    showExamples(inner, path);
  }
}
