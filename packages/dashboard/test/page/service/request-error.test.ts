import { describe, expect, it } from 'vitest';
import { adviceOn, errorOfResponse, RequestError } from '../../../src/page/service/request-error.ts';

describe('an error of a request', () => {
  it('has the words of the service, where it has any', async () => {
    const error = await errorOfResponse(Response.json({ error: { message: 'no such run', code: 'not_found' } }, { status: 404 }));
    expect(error).toMatchObject({ status: 404, message: 'no such run', code: 'not_found' });
  });

  it('says what the status was where the answer is not in its form', async () => {
    expect((await errorOfResponse(new Response('<h1>Bad gateway</h1>', { status: 502 }))).message).toBe('the service answered 502');
    expect((await errorOfResponse(Response.json({}, { status: 500 }))).message).toBe('the service answered 500');
  });

  it('comes with something to do about it', () => {
    expect(adviceOn(new RequestError(401, ''))).toContain('Enter a key');
    expect(adviceOn(new RequestError(403, ''))).toContain('"admin"');
    expect(adviceOn(new RequestError(0, ''))).toContain('tries again');
    expect(adviceOn(new TypeError('x is not a function'))).toContain('fault of the page');
  });
});
