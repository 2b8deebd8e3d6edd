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
  heardFromServer?: string[];
  isReady?: boolean;
  notes?: any;
  question?: { urls: string[]; at: number };
}

/** A selector of a test may find any kind of element. */
interface ParentNode {
  querySelector(selector: string): any;
  querySelectorAll(selector: string): NodeListOf<any>;
}
