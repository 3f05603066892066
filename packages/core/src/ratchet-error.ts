/** The base of every error that Ratchet raises on purpose: a `kind` for code, a message (what, where, what to do) for people. */
export abstract class RatchetError extends Error {
  abstract readonly kind: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
