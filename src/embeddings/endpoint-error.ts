/** Why there are no vectors; `refused`: of these texts, while others would do. */
export class EndpointError extends Error {
  readonly refused: boolean;

  constructor(message: string, refused = false) {
    super(message);
    this.refused = refused;
  }
}
