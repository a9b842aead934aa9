/**
 * A certificate for `keys.example.test` that nobody trusts, and its key. Made for the tests of
 * this folder.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'

export const certifiedHost = 'keys.example.test'

const keyDer =
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/tzKWzC4O868ls62Xjt3YqjfsdRMMkY5C9Aj82yF46' +
  'yhRANCAAQrXNyaOVRF96SSATaWBrRoXqsmclY6+Bwk4zt+IH9HJYpC6NYHJThtdnr2xD6Qr+VLWu/Cd0Kc3Y7Y4cAT' +
  '7qEI'

const certificateDer =
  'MIIBrjCCAVOgAwIBAgIUSGWcJk06+XvPb8RSagCXgIL+3yAwCgYIKoZIzj0EAwIwHDEaMBgGA1UEAwwRa2V5cy5leG' +
  'FtcGxlLnRlc3QwIBcNMjYxMTIxMjE1ODI5WhgPMjEyNjEwMjgyMTU4MjlaMBwxGjAYBgNVBAMMEWtleXMuZXhhbXBs' +
  'ZS50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEK1zcmjlURfekkgE2lga0aF6rJnJWOvgcJOM7fiB/RyWKQu' +
  'jWByU4bXZ69sQ+kK/lS1rvwndCnN2O2OHAE+6hCKNxMG8wHQYDVR0OBBYEFLgpxJ8vTBfT+s4bsVrRecljqb1kMB8G' +
  'A1UdIwQYMBaAFLgpxJ8vTBfT+s4bsVrRecljqb1kMA8GA1UdEwEB/wQFMAMBAf8wHAYDVR0RBBUwE4IRa2V5cy5leG' +
  'FtcGxlLnRlc3QwCgYIKoZIzj0EAwIDSQAwRgIhAMtyVNzorF/cc2lJ4eatVyGYGXMeozmPD3D5SsLHPNeVAiEA2Rw8' +
  'BhQI3CsjWMQwnig710rc7uIQlxEB//Q3Tep5fEQ='

export const certificate: string = new X509Certificate(
  Buffer.from(certificateDer, 'base64'),
).toString()

export const key: string = createPrivateKey({
  key: Buffer.from(keyDer, 'base64'),
  format: 'der',
  type: 'pkcs8',
})
  .export({ format: 'pem', type: 'pkcs8' })
  .toString()
