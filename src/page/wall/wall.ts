import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { WardElement } from '../parts/element.js';
import { currencyText } from '../parts/marks.js';
import { ward } from '../ward/ward.js';
import { say } from '../words/index.js';
import './bed-tile.js';
import { type Order, tilesOf } from './tiles.js';

/** Remembered in this browser. */
const UNIT = 'unit';
const ORDER = 'order';

/** A tile a bed. Ended beds leave; they are counted, and named beneath. */
@customElement('ward-wall')
export class Wall extends WardElement {
  @state() private accessor unit = localStorage.getItem(UNIT) ?? '';
  @state() private accessor order: Order = localStorage.getItem(ORDER) === 'bed' ? 'bed' : 'worst';

  protected override render(): TemplateResult {
    const { beds } = ward;
    const { currency, readMs } = ward.reading.beds;
    const units = [...new Set(beds.list.map(({ unit = '' }) => unit))].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
    // A unit that is not there any more, or not for who is signed in now, hides no bed.
    const unit = units.includes(this.unit) ? this.unit : '';
    const tiles = tilesOf(beds, ward.causes(), unit, this.order);
    const watched = tiles.filter(({ bed }) => bed.watch === 'watched').length;
    const ended = beds.list.filter((bed) => bed.watch === 'ended' && (unit === '' || (bed.unit ?? '') === unit));
    return html`
      <div class="bar">
        <h2>${say.wall} <span class="count" id="beds-count">${[...(tiles.length > 0 ? [say.bedsWatched(watched, tiles.length)] : []), ...(ended.length > 0 ? [say.bedsEnded(ended.length)] : [])].join(', ')}</span></h2>
        ${units.length < 2 ? nothing : html`<label>${say.unit} <select id="unit" @change=${(event: Event) => this.remember(UNIT, (this.unit = (event.target as HTMLSelectElement).value))}><option value="">${say.allUnits}</option>${units.filter((one) => one !== '').map((one) => html`<option value=${one} ?selected=${one === unit}>${one}</option>`)}</select></label>`}
        <label>${say.order} <select id="order" @change=${(event: Event) => this.remember(ORDER, (this.order = (event.target as HTMLSelectElement).value as Order))}><option value="worst" ?selected=${this.order === 'worst'}>${say.worstFirst}</option><option value="bed" ?selected=${this.order === 'bed'}>${say.bedOrder}</option></select></label>
      </div>
      <p id="beds-says" class="says" role="status">${currencyText(ward.reading.beds, say.bedsUnreadable, say.bedsOld)}</p>
      <div id="beds" class="tiles ${currency === 'old' ? 'old' : ''}">${repeat(tiles, ({ bed }) => bed.device, (tile) => html`<bed-tile .tile=${tile}></bed-tile>`)}</div>
      ${tiles.length > 0 || readMs === 0 ? nothing : html`<p class="none">${say.bedsNone}</p>`}
      ${ended.length === 0 ? nothing : html`<details id="ended"><summary>${say.bedsEnded(ended.length)}</summary><ul>${ended.map(({ bed, unit: of }) => html`<li><bdi>${bed}</bdi> <bdi class="unit">${of ?? ''}</bdi> <span class="note">${say.watch.ended}</span></li>`)}</ul></details>`}
    `;
  }

  private remember(key: string, value: string): void {
    localStorage.setItem(key, value);
  }
}
