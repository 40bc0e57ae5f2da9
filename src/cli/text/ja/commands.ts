/** Descriptions of commands. */
export const jaCommands: Readonly<Record<string, string>> = {
  'A network watch that one broken, partitioned or lying watcher cannot fool.':
    '監視ノードの 1 つが壊れても、孤立しても、嘘をついても、惑わされないネットワーク監視です。',
  'Run a watcher; without a configuration, watch what this machine uses':
    '監視ノードを実行します。構成がなければ、このマシンが使うものを監視します',
  'Make the keys, the genesis and one folder for each member of a new cluster':
    '新しいクラスターの鍵、ジェネシス、メンバーごとのフォルダーを作ります',
  'Make the folder and the key of a watcher that is to be added to a cluster':
    'クラスターに追加する監視ノードのフォルダーと鍵を作ります',
  'Validate a configuration; every error with file, line, column, path and what was expected':
    '構成を検証します。誤りごとにファイル、行、列、パス、期待される値を示します',
  'Show what a configuration would change': '構成によって何が変わるかを表示します',
  'Commit a configuration through the ledger': '台帳を通して構成を確定します',
  'Print the configuration in force': '現在有効な構成を出力します',
  'One probe, or --count of them; every option of the type by its configuration name':
    'プローブを 1 回、または --count 回実行します。種類ごとのオプションは構成での名前を使います',
  'The verdict of every check, and the health of the cluster': 'すべてのチェックの判定と、クラスターの状態です',
  'Committed transitions, incidents and actions, oldest first':
    '確定した判定の変化、インシデント、アクションを古い順に示します',
  'Incidents as people handle them': '人が対応するインシデントです',
  'Incidents that match: open ones, then resolved ones, each newest first':
    '条件に合うインシデント: 対応中、解決済みの順で、それぞれ新しい順です',
  'One incident with its timeline and actions': '1 件のインシデントの経過とアクションです',
  'Say that somebody is on it': '誰かが対応していることを知らせます',
  'Give it to a receiver or a user; to nobody without a name':
    '宛先またはユーザーに割り当てます。名前がなければ割り当てを解除します',
  'Add a note to the timeline': '経過にメモを追加します',
  'Set the status as people handle it': '人が判断した状態を設定します',
  'End it by hand': '手動で終了します',
  'Say what caused it; an empty text takes it back': '原因を記入します。空の文なら取り消します',
  'Set the impact as people see it; without one it is what the verdict says':
    '人が判断した影響を設定します。指定しなければ判定のとおりです',
  'Say that two incidents have the same cause': '2 件のインシデントの原因が同じであることを示します',
  'Say that two incidents have different causes after all': '2 件のインシデントの原因が結局は異なることを示します',
  'Write what was learned, from a Markdown file; without a file print what there is':
    'マークダウンのファイルから事後分析を書きます。ファイルがなければ今の内容を出力します',
  'The incident with timeline, cause and receipts, as Markdown, or as JSON with --json':
    '経過、原因、実行記録を含むインシデントをマークダウンで、--json なら JSON で書き出します',
  'Quiet for a while: no new incidents, and nobody new is told':
    'しばらく通知を止めます。新しいインシデントは始まらず、新たに通知される人もいません',
  'Snoozes that act now': '現在有効な通知停止です',
  'Keep one policy, check, selection of checks, or incident quiet':
    'ポリシー、チェック、チェックの選択、インシデントのいずれか 1 つの通知を止めます',
  'End a snooze before its time': '通知停止を期限前に終えます',
  'Groups of targets: how they are, and from where': '対象のグループ: どのような状態か、どこから見たかを示します',
  'Groups with the verdicts in them': 'グループとその中の判定です',
  'One group: each of its checks from every location, worst first':
    '1 つのグループ: 各チェックをすべての場所から見た結果を悪い順に示します',
  'Ways out to the Internet: how they are, which carries what, and switching':
    'インターネットへの出口: 状態、何がトラフィックを運ぶか、切り替えです',
  'Uplinks, how they are, and which of them carry new connections': 'アップリンクの状態と、新しい接続を運ぶものです',
  'One uplink, or all: what each watcher thinks of it, and the last switches':
    '1 つまたはすべてのアップリンク: 各監視ノードの意見と最近の切り替えです',
  'Send the traffic over this uplink, or leave the choice to the watcher again':
    'このアップリンクにトラフィックを流すか、選択を再び監視ノードに任せます',
  'Fail an uplink on purpose for a while, measure how the traffic leaves it, and restore it':
    'アップリンクをしばらく意図的に停止し、トラフィックの移動を測定して元に戻します',
  'What is measured, and its values over time': '測定しているものと、その値の推移です',
  'All metrics': 'すべてのメトリクスです',
  'Values of one metric': '1 つのメトリクスの値です',
  'Dashboards: those that come with the program, and your own': 'ダッシュボード: 標準のものと自作のものです',
  'All dashboards': 'すべてのダッシュボードです',
  'One dashboard as YAML, to be edited and applied':
    '編集して適用できるように、1 つのダッシュボードを YAML で出力します',
  'Save a dashboard of a YAML or JSON file through the ledger; its key `name` says under which name':
    'YAML または JSON ファイルのダッシュボードを台帳を通して保存します。名前はキー `name` に従います',
  'Remove a dashboard': 'ダッシュボードを削除します',
  'The durable record': '永続する記録です',
  'Size, root and health of the ledger and of those who agree on it':
    '台帳の大きさ、ルート、状態と、合意する監視ノードの状態です',
  'Check every entry: hashes, chain, Merkle root, signed checkpoint':
    'すべてのエントリーを検証します: ハッシュ、チェーン、マークルルート、署名済みチェックポイント',
  'Members and observers of the cluster': 'クラスターのメンバーとオブザーバーです',
  'Who belongs to the cluster': 'クラスターに属する監視ノードです',
  'A newcomer follows as an observer, until it is promoted':
    '新しい監視ノードは、昇格するまでオブザーバーとして追随します',
  'Observers become voting members, all at once': 'オブザーバーが一度に投票メンバーになります',
  'Members become observers': 'メンバーがオブザーバーになります',
  'Watchers leave the cluster': '監視ノードがクラスターから離れます',
  'A watcher goes over to a new key': '監視ノードが新しい鍵に移ります',
  'Make the key that the watcher of a data folder is to go over to':
    'データフォルダーの監視ノードが移る先の鍵を作ります',
  'Another machine takes the place of one that is lost': '失われたマシンの代わりに別のマシンが入ります',
  'A watcher is reached elsewhere from now on': '監視ノードのアドレスを変更します',
  'Paths between watchers: round trip, loss and jitter by direction':
    '監視ノード間の経路: 往復時間、方向別の損失とジッターです',
  'Receivers of notifications: who is told, and whether it works': '通知の宛先: 誰に知らせるか、届くかどうかを示します',
  'Receivers with their channels and what came of the last message': '宛先のチャネルと、最後のメッセージの結果です',
  'Send a test message over every channel of a receiver': '宛先のすべてのチャネルにテストメッセージを送ります',
  'Make a watcher of `up --watchers N` lie, stand still or be cut off, and heal it again':
    '`up --watchers N` の監視ノードに虚偽を報告させ、停止させ、切断し、また復旧します',
  'Records of outages that anyone can verify offline': '誰でもオフラインで検証できる障害の記録です',
  'Write the certificate of an incident': 'インシデントの証明書を書き出します',
  'Check a certificate against the genesis of its cluster; needs no network and no watcher':
    'クラスターのジェネシスで証明書を検証します。ネットワークも監視ノードも不要です',
  'Other tools’ configuration into ours; what was not translated is listed':
    '他のツールの構成を取り込みます。変換できなかったものは一覧で示します',
  'A RouterOS export with /tool netwatch and /ip route':
    '/tool netwatch と /ip route を含む RouterOS のエクスポートです',
  'People who sign in with a password': 'パスワードでサインインするユーザーです',
  'Add a user; the first admin is made so': 'ユーザーを追加します。最初の管理者もこうして作ります',
  Users: 'ユーザーの一覧です',
  'Change what a user may do': 'ユーザーの権限を変更します',
  'Set the password of a user, who is signed out everywhere':
    'ユーザーのパスワードを設定します。すべての場所でサインアウトされます',
  'Keep a user out; signed out at once': 'ユーザーを無効にします。直ちにサインアウトされます',
  'Let a user in again': 'ユーザーを再び有効にします',
  'Remove a user with all tokens': 'ユーザーとすべてのトークンを削除します',
  'Tokens for the HTTP API': 'HTTP API のトークンです',
  'Make a token; it is shown once': 'トークンを作ります。表示は 1 回だけです',
  'Tokens, without their secrets': 'シークレットを除いたトークンの一覧です',
  'End a token': 'トークンを失効させます',
  'What people and programs did to this watcher': '人とプログラムがこの監視ノードに行ったことです',
  'Who signed in and who changed what, the newest first': '誰がサインインし、何を変更したかを新しい順に示します',
  'What this machine allows, and how to fix what it does not': 'このマシンでできることと、できないことの直し方です',
  'Deterministic simulation of the consensus protocols': '合意プロトコルの決定論的シミュレーションです',
  'Run worlds with faults, one for each seed, and judge them': 'シードごとに故障のある世界を実行し、判定します',
  'Run the plan of a failed seed again, with one line for each transition':
    '失敗したシードの計画を再実行し、遷移ごとに 1 行を出力します',
  'List the seeded bugs': '埋め込まれたバグの一覧です',
  'Whose turn it is, and who takes it for another': '誰の番か、誰が代わるかを示します',
  'Who is on call now and next, by rota': '当番表ごとに現在と次の当番を示します',
  'Somebody takes a turn for another': '他の人の番を代わります',
  'Take an override back before its time': '交代を期限前に取り消します',
  'The public status page': '公開ステータスページです',
  'Write all pages, feeds and figures into a folder that any web server can serve':
    'すべてのページ、フィード、数値を、どのウェブサーバーでも配信できるフォルダーに書き出します',
};
