/** Where the pages to log in to servers are, below the gateway's own address. */
export const loginPath = '/oauth/';
