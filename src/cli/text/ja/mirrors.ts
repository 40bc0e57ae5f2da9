/** The command `mirror`. */
export const jaMirrors: Readonly<Record<string, string>> = {
  'Approve a mirror that another person has proposed': '他の人が提案したパケットミラーを承認します',
  'Copies of packets, for which two people are needed': 'パケットの複製。二人の同意が必要です',
  'Get the captured packets as a pcapng file; the ledger says who reads them and why':
    '取得したパケットを pcapng ファイルとして受け取ります。誰がなぜ読むかは台帳に残ります',
  'Mirrors that are not long over, newest first': '終わって間もないものまでのパケットミラー、新しい順',
  'Propose a mirror; it begins when another person approves it within 15 minutes':
    'パケットミラーを提案します。他の人が 15 分以内に承認すると始まります',
  'Take what mirrors of other machines send as VXLAN or GENEVE into pcapng files, or make flow records of it':
    '他の機械のミラーが VXLAN や GENEVE で送るものを pcapng ファイルに受け取るか、そのフローレコードを作ります',
  'Withdraw a mirror, or end it before its time': 'パケットミラーを取り下げるか、期限前に終えます',
  'a new file': '新しいファイル',
  'an address of this machine': 'この機械のアドレス',
  'approved by': '承認者',
  'bytes kept of each packet in files (default: 96)': 'ファイルに残すパケットごとのバイト数 (既定値: 96)',
  'collect in files here, of so many bytes together (default: 256MiB)':
    'ここのファイルに集めます。全体の大きさ (既定値: 256MiB)',
  collector: '収集先',
  'how long (default: until it is interrupted)': '期間 (既定値: 中断されるまで)',
  'how long files stay after the end, then they are shredded': '終了後にファイルを残す期間。その後は完全に消去します',
  'how long, at most 24h': '期間、最大 24h',
  'interfaces whose packets are copied': 'パケットを複製するインターフェース',
  'network identifier of VXLAN': 'VXLAN のネットワーク識別子',
  'nothing is mirrored': 'ミラーしているものはありません',
  'of all files together': 'すべてのファイルを合わせた大きさ',
  'only packets from or to these networks': 'これらのネットワークを発着するパケットのみ',
  'only packets whose other end is in these networks': '相手がこれらのネットワークにあるパケットのみ',
  'only these: icmp, tcp, udp, gre, esp, ospf, sctp, or numbers':
    '次のもののみ: icmp, tcp, udp, gre, esp, ospf, sctp、または番号',
  packets: 'パケット',
  'port of VXLAN': 'VXLAN のポート',
  'print what would be done, and ask nobody': '行うことを表示し、誰にも尋ねません',
  purpose: '目的',
  receiving: '受信中',
  'send copies out of this interface': 'このインターフェースから複製を送り出します',
  'send copies there as VXLAN': '複製を VXLAN としてそこへ送ります',
  'the same by names that the configuration has under mirrors.tags': '構成の mirrors.tags にある名前で同じこと',
  'the watcher that carries it out (default: the one that is asked)': '実行する監視者 (既定値: 尋ねられた監視者)',
  'what it is for; it stands in the ledger': '何のためか。台帳に残ります',
  'what they are read for': '何のために読むか',
  'GENEVE in place of VXLAN': 'VXLAN の代わりに GENEVE',
  'port of the tunnel (default: 4789, with --geneve 6081)': 'トンネルのポート(既定: 4789、--geneve では 6081)',
  'network identifier of the tunnel': 'トンネルのネットワーク識別子',
  'where a ring of files goes (default: here, without --flows)':
    'ファイルのリングの置き場所(既定: --flows がなければここ)',
  'where flow records go, which are made of the packets': 'パケットから作るフローレコードの置き場所',
};
