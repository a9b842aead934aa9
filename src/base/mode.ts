/** Test and live never meet: an event, a key and a source each have one of the two. */
export type Mode = 'test' | 'live'
