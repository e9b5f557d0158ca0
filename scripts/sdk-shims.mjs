// Stands in for the SDK's `_shims` in the bundle: no validator, since nothing of ours uses the SDK's.
import process from 'node:process';

export const CORS_IS_POSSIBLE = false;

export class DefaultJsonSchemaValidator {
  getValidator() {
    return value => ({ valid: true, data: value, errorMessage: undefined });
  }
}

export { process };
