import type { ErrorTexts } from './texts.ts';

export const jaErrors: ErrorTexts = {
  CONFIG_INVALID: {
    meaning: '構成に誤りがあります。それぞれファイル、行、列、パスを示します。',
    hint: '`quorumwatch check FILE` を実行し、示された行を直してください',
  },
  FLOW_VIEW_INVALID: {
    meaning: 'トラフィックの表示に誤りがあります。それぞれの行、列、パスを示します。',
    hint: '示された箇所を直してください。形式はガイド `traffic.md` にあります',
  },
  DASHBOARD_INVALID: {
    meaning: 'ダッシュボードに誤りがあります。それぞれ行、列、パスを示します。',
    hint: '示された箇所を直してください。形式はガイド `dashboards.md` にあります',
  },
  CONFIG_UNREADABLE: { meaning: '構成ファイルを読み取れません。', hint: 'パスと権限を確認してください' },
  SECRET_UNREADABLE: {
    meaning: '構成が指すシークレット（ファイルまたは環境変数）を読み取れません。',
    hint: 'このユーザーが読めるファイルを作るか、変数を設定してください',
  },
  DATA_LOCKED: {
    meaning: 'データフォルダーは動作中の別の監視ノードが使っています。',
    hint: 'その監視ノードを止めるか、--data で別のフォルダーを指定してください',
  },
  DATA_FOREIGN: {
    meaning: 'データフォルダーは別の監視ノードまたはクラスターのものです。',
    hint: '--data でこの監視ノードのフォルダーを指定してください',
  },
  DATA_NEWER: {
    meaning: 'データフォルダーは新しいバージョンで書かれました。',
    hint: 'そのバージョンを実行するか、空のフォルダーで始めてください',
  },
  DATA_UNUSABLE: {
    meaning: 'データフォルダーを読み書きできません。',
    hint: 'フォルダーであること、このユーザーが書き込めること、ディスクの空きを確認するか、--data で別のものを指定してください',
  },
  LEDGER_CORRUPT: {
    meaning: '永続記録の途中が破損しています。切り捨てたものはありません。',
    hint: '`quorumwatch ledger verify` を実行し、示されたファイルをバックアップから復元してください',
  },
  LEDGER_UNAVAILABLE: {
    meaning: '永続ログに書き込めません（ディスクの満杯または入出力エラー）。以後は何も確認しません。',
    hint: '空きを作るかディスクを交換してから、監視ノードを再起動してください',
  },
  TELEMETRY_BEHIND: {
    meaning: '保存できる量を超える測定データが来ています。拒否したものは失われ、監視は続きます。',
    hint: 'ディスクやサーバーが追い付いているか確認するか、測定の頻度を下げてください',
  },
  TELEMETRY_UNWRITABLE: {
    meaning: '測定データを書き込めません（ディスクの満杯または入出力エラー）。以後の測定は再試行します。',
    hint: 'データフォルダーの空きを作るか、保存期間を短くしてください',
  },
  TELEMETRY_CORRUPT: {
    meaning: '保存された測定データが破損しています。残りは照会できます。',
    hint: '示されたファイルをバックアップから復元するか、削除してください',
  },
  TELEMETRY_QUERY: {
    meaning: '測定データへの問い合わせが正しくありません。',
    hint: '期待される形式を確認してください',
  },
  TELEMETRY_LIMIT: {
    meaning: '問い合わせには許された以上の行またはメモリーが必要です。',
    hint: '期間や系列を減らすか、間隔を広げてください',
  },
  TELEMETRY_DEADLINE: {
    meaning: '測定データの保存先が時間内に応答しませんでした。',
    hint: '期間や系列を減らすか、間隔を広げてください',
  },
  TELEMETRY_UNAVAILABLE: {
    meaning: '測定データの保存先は現在応答できません。',
    hint: '再試行してください。状況はログにあります',
  },
  REQUEST_TOO_LARGE: { meaning: 'リクエストが大きさの制限を超えています。', hint: '一度に送る量を減らしてください' },
  OVERLOADED: {
    meaning: '待ち行列が満杯か、メンバーが時間内に合意しませんでした。',
    hint: 'しばらくしてから再試行してください',
  },
  LISTEN_FAILED: {
    meaning: 'HTTP アドレスを使えません。',
    hint: '--listen HOST:PORT で別のアドレスを選ぶか、使用中のプログラムを止めてください',
  },
  LISTEN_INSECURE: {
    meaning: 'HTTP アドレスがループバックではなく、TLS もありません。',
    hint: 'server.tls を構成するか、他のプログラムが暗号化するなら --insecure で起動してください',
  },
  UNSUPPORTED: { meaning: 'このマシンまたはビルドではできません。', hint: '`quorumwatch doctor` を実行してください' },
  UNREACHABLE: { meaning: '監視ノードが応答しません。', hint: '動作しているか確認し、--url で指定してください' },
  UNAUTHORIZED: {
    meaning: 'トークンがないか、誤っているか、期限切れです。',
    hint: '有効なトークンを --token-file で指定してください',
  },
  TOO_MANY_ATTEMPTS: {
    meaning: 'この名前またはアドレスからのサインインの失敗が多すぎます。',
    hint: '応答に示された時間だけ待ってから再試行してください',
  },
  FORBIDDEN: { meaning: 'このトークンの役割では許可されていません。', hint: '示された役割のトークンを使ってください' },
  NOT_FOUND: { meaning: '該当するものはありません。', hint: '一覧で確認してください' },
  CONFLICT: { meaning: '現在の状態では許可されていません。', hint: 'まず現在の状態を確認してください' },
  BAD_INPUT: { meaning: '入力が正しくありません。', hint: '期待される形式を確認してください' },
  INTERNAL: { meaning: 'プログラム自体の規則が破られました。', hint: 'ログとともに報告してください' },
};
