/** The commands about saved views of traffic. */
export const idFlowViews: Readonly<Record<string, string>> = {
  'Views of traffic: those that come with the program, and saved ones':
    'Tampilan lalu lintas: bawaan program dan yang disimpan',
  'All views, who saved them, and what can no longer be read':
    'Semua tampilan, penyimpannya, dan yang tidak dapat dibaca lagi',
  'One view as YAML, to be kept, edited and applied':
    'Satu tampilan sebagai YAML, untuk disimpan, disunting, dan diterapkan',
  'Save a view of a YAML or JSON file through the ledger; its key `name` says under which name':
    'Simpan tampilan dari berkas YAML atau JSON melalui buku besar; kunci `name` di dalamnya menentukan namanya',
  'its name before: the view is renamed': 'nama sebelumnya: tampilan diganti namanya',
  'Remove a view': 'Hapus tampilan',
};
