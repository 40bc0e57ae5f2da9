/** The commands about saved views of traffic. */
export const jaFlowViews: Readonly<Record<string, string>> = {
  'Views of traffic: those that come with the program, and saved ones': 'トラフィックの表示: 標準のものと保存したもの',
  'All views, who saved them, and what can no longer be read': 'すべての表示、保存した人、読めなくなったもの',
  'One view as YAML, to be kept, edited and applied': '保管、編集、適用のために表示を 1 つ YAML で出力',
  'Save a view of a YAML or JSON file through the ledger; its key `name` says under which name':
    'YAML または JSON ファイルの表示を台帳に保存。名前はファイルのキー `name` に従う',
  'its name before: the view is renamed': '以前の名前。表示の名前を変更',
  'Remove a view': '表示を削除',
};
