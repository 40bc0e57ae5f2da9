/** Descriptions of options and arguments. */
export const jaOptions: Readonly<Record<string, string>> = {
  'language of help, errors and tables (default: QW_LANGUAGE, else that of the system)':
    'ヘルプ、エラー、表の言語 (既定値: QW_LANGUAGE、なければシステムの言語)',
  'the configuration (default: quorumwatch.yaml if there is one)':
    '構成ファイル (既定値: quorumwatch.yaml があればそれ)',
  'where the watcher keeps its key, ledger and telemetry': '監視ノードが鍵、台帳、測定データを置く場所',
  'address of the page and the API (default: the configuration’s, else 127.0.0.1:8470)':
    'ページと API のアドレス (既定値: 構成のもの、なければ 127.0.0.1:8470)',
  'where other members call this one (default: its address in the genesis)':
    '他のメンバーがこのメンバーに接続するアドレス (既定値: ジェネシスのアドレス)',
  'run a cluster of so many on this machine, a process each: 1, 4, 7 or 10':
    'このマシンでこの台数のクラスターを 1 台 1 プロセスで実行: 1、4、7、10',
  'without a configuration: gateways, resolvers and this machine (all), only this machine (local), or nothing (none)':
    '構成がないとき: ゲートウェイ、リゾルバー、このマシン(all)、このマシンのみ(local)、何もしない(none)',
  'serve off loopback without TLS (something else encrypts)':
    'ループバック以外で TLS なしに提供 (他のプログラムが暗号化する場合)',
  'what is logged to stderr': 'stderr に出すログのレベル',
  'print {"event":"ready",…} and then every event, one a line; log as JSON':
    '{"event":"ready",…} の後、イベントを 1 行に 1 つ出力し、ログも JSON にする',
  'how many members (default: one a host, else 4)': 'メンバー数 (既定値: ホストごとに 1、なければ 4)',
  'where to': '保存先',
  'where the members reach each other: HOST or HOST:PORT each (default: all on 127.0.0.1)':
    'メンバー同士が接続するアドレス: それぞれ HOST または HOST:PORT (既定値: すべて 127.0.0.1)',
  'pbft survives members that lie, raft only such that stop':
    'pbft は嘘をつくメンバーに、raft は停止するメンバーだけに耐える',
  'name of the cluster (default: that of the folder)': 'クラスターの名前 (既定値: フォルダーの名前)',
  'port of the links between members; counted up for members on the same host':
    'メンバー間の接続のポート。同じホストのメンバーは 1 ずつ増える',
  'what is watched from the beginning (default: nothing)': '最初から監視するもの (既定値: なし)',
  'the site of each member, or one for all': '各メンバーのサイト、または全員に 1 つ',
  'print {"genesis":FILE,"members":[{"id","publicKey","dir"}]}':
    '{"genesis":FILE,"members":[{"id","publicKey","dir"}]} を出力',
  'of the cluster, from somebody whom you trust': 'クラスターのジェネシス、信頼できる人から受け取ったもの',
  'where the others reach it; without it, it only calls them':
    '他の監視ノードが接続するアドレス。なければこちらからだけ接続する',
  'its name (default: this machine’s)': '名前 (既定値: このマシンの名前)',
  'where it stands': '置かれている場所',
  'it takes the place and the name of a watcher that is lost': '失われた監視ノードの場所と名前を引き継ぐ',
  'its data folder': 'データフォルダー',
  'print {"id","publicKey","dir","address"}': '{"id","publicKey","dir","address"} を出力',
  'the configuration': '構成ファイル',
  'the same, as an option': '同じものをオプションで指定',
  'print the JSON Schema of the configuration': '構成の JSON Schema を出力',
  'print {"ok","errors"}': '{"ok","errors"} を出力',
  'the new configuration': '新しい構成ファイル',
  'address of the watcher (default: the one that runs on the data folder)':
    '監視ノードのアドレス (既定値: データフォルダーで動作中のもの)',
  'a file that holds a token (default: the running watcher’s own)':
    'トークンの入ったファイル (既定値: 動作中の監視ノードのもの)',
  'the authority of the watcher’s certificate, for https': 'https での監視ノードの証明書の認証局',
  'data folder of a watcher on this machine': 'このマシンの監視ノードのデータフォルダー',
  'print the changes as JSON': '変更内容を JSON で出力',
  'sign as operator; needed where several watchers decide':
    'オペレーターとして署名。複数の監視ノードが決定する場合に必要',
  'the genesis of the cluster (default: genesis.json beside the operator’s key)':
    'クラスターのジェネシス (既定値: オペレーターの鍵の隣の genesis.json)',
  'print {"position","changes"}': '{"position","changes"} を出力',
  'yaml, or a /tool netwatch export': 'yaml、または /tool netwatch のエクスポート形式',
  'write there instead of stdout': 'stdout の代わりにここへ書き込む',
  'print the document as JSON': '文書を JSON で出力',
  'an address or a name': 'アドレスまたは名前',
  'print the types with their options': '種類とオプションを出力',
  'how many': '回数',
  'time from one start to the next': '開始から次の開始までの時間',
  'an option of the type, as in the configuration (may be repeated)': '構成と同じ、種類ごとのオプション (複数回指定可)',
  'print one sample a line': '測定値を 1 行に 1 つ出力',
  'show it again every two seconds': '2 秒ごとに再表示',
  'print {"cluster","checks"}': '{"cluster","checks"} を出力',
  'go on as they come': '発生するたびに続けて出力',
  'begin at this ledger position': 'この台帳の位置から開始',
  'one object a line': '1 行に 1 オブジェクト',
  'print JSON': 'JSON を出力',
  'each word stands in its title, reason, notes, cause, …': '各語がタイトル、原因、メモなどに含まれる',
  'opened by this check': 'このチェックで始まったもの',
  'opened by this policy, whichever resource of it': 'このポリシーで始まったもの(リソースは問わない)',
  'assigned to this receiver or user': 'この宛先またはユーザーが担当',
  'open at some time since then: 7d for so long ago, or 2026-01-31T12:00:00Z':
    'それ以降に対応中だったもの: 7d(7 日前から)または 2026-01-31T12:00:00Z',
  'opened before then': 'それより前に始まったもの',
  'at most so many': '最大件数',
  'what to say with it': '併せて伝える内容',
  why: '理由',
  'for everybody who reads the status page too; a draft otherwise':
    'ステータスページを見る全員にも公開。指定しなければ下書き',
  'only if this is the revision that was edited; 0 for none': '編集した版がこれである場合のみ。なければ 0',
  'instead of the standard output': '標準出力の代わりに書き込むファイル',
  'a policy, with all its resources': 'ポリシーとそのすべてのリソース',
  'checks whose labels match, such as site=office': 'ラベルが一致するチェック、例: site=office',
  '2h for so long from now, or 2026-01-31T12:00:00Z': '今からの期間 2h、または 2026-01-31T12:00:00Z',
  'leave the choice to the watcher again': '選択を再び監視ノードに任せる',
  'say what would be changed, and change nothing': '何が変わるかを示すだけで、何も変更しない',
  'how long, 1s to 60s': '時間、1s~60s',
  'label=value, !=, =~ or !~ (RE2); may be given again': 'label=value、!=、=~、!~ (RE2)。複数回指定可',
  'labels that get a line of their own: check,site': '別々の行に分けるラベル: check,site',
  'avg, min, max, sum, count, last, rate, p50, p90, p95, p99 or buckets':
    'avg、min、max、sum、count、last、rate、p50、p90、p95、p99、buckets のいずれか',
  'such as 6h for so long ago, or 2026-01-31T12:00:00Z': '例: 6h(6 時間前)、または 2026-01-31T12:00:00Z',
  'the same; now by default': '同じ形式。既定値は現在',
  'steps, about': 'おおよその区間数',
  'print a row for each value': '値ごとに 1 行を出力',
  'only if its last change is the one at this ledger position; 0 for a new one':
    '最後の変更がこの台帳の位置である場合のみ。新規なら 0',
  'print JSON; what is agreed upon how stands under "cluster"': 'JSON を出力。合意の状況は "cluster" にある',
  'a data folder on this machine (works beside a running watcher); without it the running watcher verifies its own':
    'このマシンのデータフォルダー (監視ノードの動作中も可)。なければ動作中の監視ノードが自身のものを検証',
  'print {"ok","entries","root","firstBad"}': '{"ok","entries","root","firstBad"} を出力',
  'print {"position","epoch","protocol","watchers"}': '{"position","epoch","protocol","watchers"} を出力',
  'its name': '名前',
  'print the membership in force afterwards': '変更後のメンバー構成を出力',
  'as `quorumwatch join` printed it': '`quorumwatch join` が出力したもの',
  names: '名前',
  'the new one': '新しい公開鍵',
  'print {"id","publicKey","file"}': '{"id","publicKey","file"} を出力',
  'the name of both': '両方に共通の名前',
  'of the new one, as `quorumwatch join` printed it': '新しい監視ノードの公開鍵、`quorumwatch join` が出力したもの',
  'where the others reach it': '他の監視ノードが接続するアドレス',
  'one path, from this watcher': '1 つの経路、この監視ノードから',
  'to that one': 'その監視ノードまで',
  'of that path: whether the network or the application makes trouble for the check':
    'その経路で、チェックの問題がネットワークによるかアプリケーションによるかを調べる',
  'without it: what is done at present': '指定しなければ現在の状態を表示',
  'such as watcher-2': '例: watcher-2',
  'print {"faults":[{"watcher","fault"}]}': '{"faults":[{"watcher","fault"}]} を出力',
  'the incident, as `incident list` names it': 'インシデント、`incident list` の番号',
  'an earlier certificate: show that the ledger has grown from its ledger':
    '以前の証明書: 台帳がその台帳から続いていることを示す',
  'where to (default: standard output)': '保存先 (既定値: 標準出力)',
  'print JSON: the certificate itself, or with --out {"file","bytes"}':
    'JSON を出力: 証明書そのもの、--out があれば {"file","bytes"}',
  'certificates, *.outage.json': '証明書ファイル、*.outage.json',
  'the genesis that you trust, from a source of your own': '自分で入手した、信頼できるジェネシス',
  'an earlier certificate: the ledger must have grown from its ledger':
    '以前の証明書: 台帳がその台帳から続いている必要がある',
  'print {"ok","reason","detail","steps","outage"}, for several files one a line with "file"':
    '{"ok","reason","detail","steps","outage"} を出力。複数のファイルなら "file" とともに 1 行に 1 つ',
  'the text that `export` or `export verbose` printed': '`export` または `export verbose` が出力したテキスト',
  'name of the router that route actions act on': '経路のアクションを適用するルーターの名前',
  'write the configuration there instead of stdout': 'stdout の代わりにここへ構成を書き込む',
  'print {"config","untranslated","notes"}': '{"config","untranslated","notes"} を出力',
  'a file that holds the password (default: it is asked for)': 'パスワードの入ったファイル (既定値: 入力を求める)',
  'make a password and print it once': 'パスワードを作って 1 回だけ出力',
  'what people call them': '人が呼ぶ名前',
  'how long it counts, such as 90d; without, until it is revoked': '有効期間、例: 90d。なければ失効させるまで',
  'as the list shows it: `USER/NAME` for the token of a user': '一覧に表示される名前。ユーザーのトークンは `USER/NAME`',
  'of one user or token': '1 つのユーザーまたはトークンのもの',
  'what begins so, such as sign-in or "put /users"': 'こう始まるもの、例: sign-in、"put /users"',
  'print the findings as a list': '結果を一覧で出力',
  'first and last seed, e.g. 1..2000': '最初と最後のシード、例: 1..2000',
  'with a seeded bug; `sim mutations` lists them': '埋め込まれたバグ付きで実行。一覧は `sim mutations`',
  'where plans of failed seeds go': '失敗したシードの計画の保存先',
  'print {"seeds","failed":[{"seed","invariant","shrunk"}],"messagesPerSecond"}':
    '{"seeds","failed":[{"seed","invariant","shrunk"}],"messagesPerSecond"} を出力',
  'as `sim run` wrote it': '`sim run` が書き込んだファイル',
  'print {"ok","invariant","message"}; the log goes to stderr': '{"ok","invariant","message"} を出力。ログは stderr へ',
  'print [{"protocol","mutations"}]': '[{"protocol","mutations"}] を出力',
  'who is on call instead': '代わりに当番になる宛先',
  'now by default; 2h for so long from now, or 2026-01-31T12:00:00Z':
    '既定値は現在。今からの期間 2h、または 2026-01-31T12:00:00Z',
  '8h for so long from now, or 2026-01-31T12:00:00Z': '今からの期間 8h、または 2026-01-31T12:00:00Z',
  'a folder that is empty, new, or of an earlier export':
    '空のフォルダー、新しいフォルダー、または以前に書き出したフォルダー',
};
