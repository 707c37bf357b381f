/** Elements, whose children are elements or text: what a string holds is never read as markup. */

/**
 * The element of the page that has this id.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} with the id ${id}`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} kind its class
 * @param {...(Node | string)} children
 */
export function make(name, kind, ...children) {
  const made = document.createElement(name);
  made.className = kind;
  made.append(...children);
  return made;
}

/**
 * @param {string} text
 * @param {string} kind
 * @param {() => void} press
 */
export function button(text, kind, press) {
  const made = make('button', kind, text);
  made.type = 'button';
  made.addEventListener('click', press);
  return made;
}

/**
 * @param {string} name
 * @param {Readonly<Record<string, string | number>>} attributes
 * @param {...(Node | string)} children
 */
export function draw(name, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/**
 * Text that is there already is left alone: a user who selects it, or has it read aloud, is not disturbed.
 * @param {Element} place
 * @param {string} text
 */
export function setText(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** To who listens instead of looking. @param {string} text */
export function announce(text) {
  setText(byId('announce', HTMLElement), text);
}

/**
 * Puts the children into an order, and moves only those that are not where they belong.
 * @param {Element} parent
 * @param {readonly Element[]} order
 */
export function arrange(parent, order) {
  const wanted = new Set(order);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  order.forEach((child, place) => {
    if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
  });
}
