import { expect, test } from 'vitest';
import { checkStatement } from './statement.ts';

const databases = ['system', 'default', 'INFORMATION_SCHEMA', 'payroll', 'quorumwatch_flows', 'flows'];
const names: [number, Record<string, string>][] = [[7, { kind: 'name', text: "it's\t\\x" }]];
const check = (sql: string) => checkStatement(sql, { databases, names });

test.each([
  'SELECT count() FROM flows',
  'select sum(bytes * sampling) AS b, protocol from flows where ts >= 0x10 and ts < 1.5e3 group by protocol order by b desc limit 5',
  "WITH top AS (SELECT exporter FROM flows LIMIT 1 BY exporter) SELECT * FROM top WHERE 'system.tables' != ''",
  'SELECT quantilesExact(0.5, 0.95)(bytes), uniqIf(source_low, kind = 0), t.1 FROM (SELECT (1, 2) AS t, bytes, source_low, kind FROM flows) AS x',
  'SELECT flows.bytes FROM flows AS f JOIN flows_1m USING (exporter)'.replace('flows.bytes', 'f.bytes'),
  'SELECT "bytes" AS `two words`, arrayMap(x -> x + 1, [1, 2]) FROM flows',
  'SELECT CAST(bytes AS Nullable(UInt64)), toStartOfInterval(toDateTime(intDiv(ts, 1000)), INTERVAL 5 MINUTE) FROM flows',
])('%s', (sql) => {
  expect(check(sql).replaceAll('`', '"')).toBe(sql.replaceAll('`', '"'));
});

test('comments and a last semicolon mean nothing', () => {
  expect(check('SELECT 1 -- system.tables\n+ /* file(1) */ 2;')).toBe('SELECT 1 + 2');
});

test('names and addresses are put in', () => {
  const named = check('SELECT names.text FROM flows JOIN names ON names.number = source_name');
  expect(named).toContain(`splitByChar('\\n', '7\tname\tit\\'s \\\\x')`);
  expect(named).toMatch(/AS _cells\) AS names ON names\.number = source_name$/);
  expect(check('SELECT n.text FROM names n')).toMatch(/AS _cells\) n$/);
  const addresses = check('SELECT address(source_high, (source_low)) AS a FROM flows');
  expect(addresses).toMatch(
    /^SELECT replaceRegexpOne\(.*array\(source_high, \(source_low\)\) \)\)\), 16\)\), .* AS a FROM flows$/,
  );
});

test.each([
  ['', 'expected a statement'],
  ['-- nothing', 'expected a statement'],
  ['SELECT 1; SELECT 2', 'expected one statement'],
  ['INSERT INTO flows VALUES (1)', 'expected a SELECT statement'],
  ['ALTER TABLE flows DELETE WHERE 1', 'expected a SELECT statement'],
  ['SHOW TABLES', 'expected a SELECT statement'],
  ["SELECT * FROM url('http://192.0.2.1/x', CSV, 'a String')", 'url() is not'],
  ["SELECT * FROM file('/etc/passwd', CSV, 'a String')", 'file() is not'],
  ["SELECT file('/etc/passwd')", 'file() is not'],
  ["SELECT `file`('/etc/passwd')", 'file() is not'],
  ["SELECT file/**/('/etc/passwd')", 'file() is not'],
  ["SELECT * APPLY file FROM (SELECT '/etc/passwd')", 'APPLY is not'],
  ["SELECT * FROM remote('192.0.2.1', system.one)", 'remote() is not'],
  ['SELECT * FROM flows, numbers(5)', 'numbers() is not'],
  ['SELECT * FROM range(5)', 'range() is not'],
  ["SELECT dictGet('a', 'b', 1)", 'dictGet() is not'],
  ["SELECT joinGet('a', 'b', 1)", 'joinGet() is not'],
  ["SELECT * FROM merge('payroll', '.*')", 'merge() is not'],
  ['SELECT sleep(3)', 'sleep() is not'],
  ['SELECT * FROM system.tables', 'system is a database'],
  ['SELECT * FROM System . tables', 'System is a database'],
  ['SELECT * FROM "system".tables', 'system is a database'],
  ['SELECT * FROM `payroll`./**/`salaries`', 'payroll is a database'],
  ['SELECT 1 AS x WHERE x IN payroll.salaries', 'payroll is a database'],
  ['SELECT * FROM information_schema.tables', 'information_schema is a database'],
  ["SELECT 1 INTO OUTFILE '/tmp/x'", 'INTO is not'],
  ['SELECT 1 FORMAT CSV', 'FORMAT is not'],
  ['SELECT 1 SETTINGS readonly = 0', 'SETTINGS is not'],
  ['SELECT * FROM (EXPLAIN SELECT 1)', 'EXPLAIN is not'],
  ['SELECT {x:Identifier}', 'nothing begins with'],
  ['SELECT $$a$$', 'nothing begins with'],
  ["SELECT 'open", 'nothing begins with'],
  ['SELECT "a\\"b"', 'nothing begins with'],
  ['SELECT 1 /* open', 'nothing begins with'],
])('refused: %s', (sql, message) => {
  expect(() => check(sql)).toThrow(
    expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringContaining(message) as unknown }),
  );
});
