/** The words that all of the wire types are made of. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export type Mode = 'test' | 'live'
