/** What clients watch, the same for all servers. */
export const livePath = '/live/rooms/r_1'
export const documentPath = 'rooms/r_1'
