// What a UI component of this scenario is written against: h() builds a tree, render() shows it as HTML, find() and fire() use it.
function h(tag, props, ...children) {
  return { tag, props: props ?? {}, children: children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false && c !== true) };
}
function __escape(text) {
  return String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
function __resolve(node) {
  while (node && typeof node === 'object' && typeof node.tag === 'function') node = node.tag({ ...node.props, children: node.children });
  return node;
}
function render(node) {
  node = __resolve(node);
  if (node === null || node === undefined || node === false || node === true) return '';
  if (Array.isArray(node)) return node.map(render).join('');
  if (typeof node !== 'object') return __escape(node);
  const attributes = Object.entries(node.props)
    .filter(([key, value]) => key !== 'key' && typeof value !== 'function' && value !== false && value !== null && value !== undefined)
    .map(([key, value]) => ' ' + (key === 'className' ? 'class' : key) + (value === true ? '' : '="' + __escape(value) + '"'));
  return '<' + node.tag + attributes.join('') + '>' + node.children.map(render).join('') + '</' + node.tag + '>';
}
// All nodes for which test(node) holds, in document order.
function find(node, test) {
  node = __resolve(node);
  if (Array.isArray(node)) return node.flatMap((child) => find(child, test));
  if (node === null || typeof node !== 'object') return [];
  return [...(test(node) ? [node] : []), ...node.children.flatMap((child) => find(child, test))];
}
function text(node) {
  node = __resolve(node);
  if (node === null || node === undefined || typeof node === 'boolean') return '';
  if (Array.isArray(node)) return node.map(text).join('');
  return typeof node === 'object' ? node.children.map(text).join('') : String(node);
}
// Calls the handler that the node carries, as a browser would: fire(button, 'onClick', event).
function fire(node, handler, event = {}) {
  if (typeof node?.props?.[handler] !== 'function') throw new Error('no ' + handler + ' on <' + node?.tag + '>');
  return node.props[handler](event);
}
