// Types that both services share, and one value.
export interface Item {
  readonly name: string;
  count: number;
}

export enum Level {
  None,
  Few,
  Many,
}

export type Levels = { readonly [name: string]: Level };
