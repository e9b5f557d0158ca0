/**
 * A root of its own below `element`, for an editor: there its styles are sheets that a script adopts, which the page's policy
 * allows, and not `<style>` elements, which it forbids.
 */
export function shadowOf(element: HTMLElement): ShadowRoot {
  return element.shadowRoot ?? element.attachShadow({ mode: 'open' });
}
