/** Line icons of one family: 16 units, drawn with the colour of the text. */
const paths = {
  overview: 'M2.5 3h4.5v4.5H2.5zM9 3h4.5v4.5H9zM2.5 9.5h4.5V14H2.5zM9 9.5h4.5V14H9z',
  incidents: 'M8 1.8 14.6 13.6H1.4zM8 6v3.6M8 11.4v.4',
  alerts: 'M8 1.8a4 4 0 0 0-4 4v3l-1.6 2.6h11.2L12 8.8v-3a4 4 0 0 0-4-4zM6.6 13.6a1.5 1.5 0 0 0 2.8 0',
  dashboards: 'M2 13.8h12M3.5 11.5V8M6.5 11.5V4.5M9.5 11.5V6.5M12.5 11.5V2.5',
  settings:
    'M8 5.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4zM8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M3.4 12.6l1.4-1.4M11.2 4.8l1.4-1.4',
  menu: 'M2 4h12M2 8h12M2 12h12',
  more: 'M3.5 8h.2M8 8h.2M12.5 8h.2',
  help: 'M6 6.2a2 2 0 1 1 2.8 1.9c-.6.3-.8.6-.8 1.3M8 11.6v.2M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z',
  edit: 'M3 13l.6-2.8L10.8 3l2.2 2.2-7.2 7.2zM9.4 4.4l2.2 2.2',
  command:
    'M5 6.5v-2A1.5 1.5 0 1 0 3.5 6H5zm0 3v2A1.5 1.5 0 1 1 3.5 10H5zm6-3v-2A1.5 1.5 0 1 1 12.5 6H11zm0 3v2a1.5 1.5 0 1 0 1.5-1.5H11zM5 6h6v4H5z',
  uplinks: 'M3 13.5h10M8 13.5V8.5M8 8.5 4 4.5V2M8 8.5l4-4V2M2.2 3.6 4 1.8l1.8 1.8M10.2 3.6 12 1.8l1.8 1.8',
  performance: 'M2 2.5h3.4v3.4H2zM6.3 6.3h3.4v3.4H6.3zM10.6 10.1H14v3.4h-3.4zM10.6 2.5H14v3.4h-3.4zM2 10.1h3.4v3.4H2z',
  flows:
    'M1.8 4h3c4 0 3 8 7 8h2.4M12.2 9.8 14.4 12l-2.2 2.2M1.8 12h3c1.2 0 1.9-.7 2.4-1.7M9 5.7C9.5 4.7 10.2 4 11.8 4h2.6M12.2 1.8 14.4 4l-2.2 2.2',
  cluster:
    'M8 1.8a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4zM3.2 10.4a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4zM12.8 10.4a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4zM7 4.9 4.1 10.6M9 4.9l2.9 5.7M5 12.1h6',
  ledger: 'M3.5 2h9v12h-9zM6 5h4M6 8h4M6 11h2',
  configuration: 'M2 4.5h6M11 4.5h3M2 11.5h3M8 11.5h6M9.5 2.8v3.4M6.5 9.8v3.4',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4 14 14',
  light:
    'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M3 13l1.2-1.2M11.8 4.2 13 3',
  dark: 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1z',
  system: 'M1.8 3h12.4v8H1.8zM5.5 13.8h5M8 11v2.8',
  close: 'M4 4l8 8M12 4l-8 8',
  left: 'M10 3 5 8l5 5',
  right: 'M6 3l5 5-5 5',
  fold: 'M4 6l4 4 4-4',
  up: 'M4 10l4-4 4 4',
  copy: 'M5.5 5.5h8v8h-8zM2.5 10.5v-8h8',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  pause: 'M5 3v10M11 3v10',
  play: 'M4.5 2.8v10.4L13 8z',
  reset: 'M3.2 6.2A5.2 5.2 0 1 1 2.8 9M3 2.5v3.8h3.8',
  keyboard: 'M1.5 4h13v8.5h-13zM4 6.8h.4M6.8 6.8h.4M9.6 6.8h.4M12 6.8h.2M4.5 9.8h7',
  link: 'M6.5 9.5 9.5 6.5M7 4.5l1.6-1.6a3 3 0 0 1 4.3 4.3L11.3 8.8M9 11.5l-1.6 1.6a3 3 0 0 1-4.3-4.3L4.7 7.2',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** Four watchers around what they watch; three agree, and the fourth cannot fool them. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true" focusable="false">
      <path
        class="logo-agree"
        d="M18.6 4.3A12 12 0 0 1 27.7 13.4M27.7 18.6A12 12 0 0 1 18.6 27.7M13.4 27.7A12 12 0 0 1 4.3 18.6"
      />
      <path class="logo-doubt" d="M4.3 13.4A12 12 0 0 1 13.4 4.3" />
      <circle class="logo-centre" cx="16" cy="16" r="4.6" />
    </svg>
  );
}
