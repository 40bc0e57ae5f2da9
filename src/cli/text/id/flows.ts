/** The command `flows`. */
export const idFlows: Readonly<Record<string, string>> = {
  'Records of network flows: NetFlow, IPFIX, sFlow': 'Rekaman aliran jaringan: NetFlow, IPFIX, sFlow',
  'What the messages in a file say, field by field': 'Isi pesan dalam sebuah berkas, kolom demi kolom',
  'a capture (pcap, pcapng), or a file of messages such as an IPFIX file':
    'tangkapan (pcap, pcapng), atau berkas pesan seperti berkas IPFIX',
  'one JSON object a message': 'satu objek JSON per pesan',
};
