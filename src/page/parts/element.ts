/** What the page's elements have in common. */
import { LitElement, type PropertyValues } from 'lit';
import { ward } from '../ward/ward.js';

/** An element in the page's own tree, under its stylesheet. One that is drawn again keeps the focus, even where its rows change places. */
export class PageElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** A data attribute of its own, for the stylesheet; one that is the same is left alone. */
  protected mark(name: string, value: string): void {
    if (this.dataset[name] !== value) this.dataset[name] = value;
  }

  protected override update(changed: PropertyValues): void {
    const focused = this.contains(document.activeElement) ? document.activeElement : null;
    super.update(changed);
    if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  }
}

/** One that shows the ward as it is. */
export class WardElement extends PageElement {
  private unwatch = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
    this.unwatch = ward.watch(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unwatch();
  }
}
