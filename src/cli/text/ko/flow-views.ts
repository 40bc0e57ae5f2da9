/** The commands about saved views of traffic. */
export const koFlowViews: Readonly<Record<string, string>> = {
  'Views of traffic: those that come with the program, and saved ones': '저장된 트래픽 보기와 기본 제공 보기',
  'All views, who saved them, and what can no longer be read': '모든 보기, 저장한 사람, 더는 읽을 수 없는 것',
  'One view as YAML, to be kept, edited and applied': '보관, 편집, 적용할 수 있도록 보기 하나를 YAML로 출력',
  'Save a view of a YAML or JSON file through the ledger; its key `name` says under which name':
    'YAML 또는 JSON 파일의 보기를 원장에 저장. 이름은 파일의 `name` 키를 따름',
  'its name before: the view is renamed': '이전 이름. 보기의 이름을 바꿈',
  'Remove a view': '보기를 삭제',
};
