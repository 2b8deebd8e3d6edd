/**
 * What tests and benchmarks put on the pages that they drive, for the functions that they send there.
 */

interface Window {
  answer?: number;
  before?: number;
  colourOf?(image: HTMLImageElement): string;
  drawn?: number[];
  inner?: unknown;
  leaked?: string;
  marker?: string;
  pressed?: Element;
  shifted?: number;
  tell?(text: string): void;
  waitFor?(...values: any[]): any;
}

interface Document {
  changes?: number;
  heard?: string[];
  heardFromServer?: string[];
  isReady?: boolean;
  notes?: any;
  outlined?: string;
  question?: { urls: string[]; at: number };
  roots?: ShadowRoot[];
}

/** A selector of a test may find any kind of element. */
interface ParentNode {
  querySelector(selector: string): any;
  querySelectorAll(selector: string): NodeListOf<any>;
}
