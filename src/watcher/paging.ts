/** Which part of a list: `cursor` is the `next` of the part before. */
export interface Paging {
  cursor?: string;
  limit: number;
}
