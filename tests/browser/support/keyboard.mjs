// A person without a mouse.

import assert from 'node:assert/strict';

const MOST_STEPS = 80;

/** Presses Tab until `target` has the focus. Wherever the focus is on the way, a person must be able to see it. */
export async function tabTo(page, target, key = 'Tab') {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await page.keyboard.press(key);
    const focus = await page.evaluate(focused);
    assert.deepEqual(focus.hidden, [], `the focus on ${focus.element}`);
    if (await target.evaluate((element) => element === document.activeElement)) {
      return;
    }
  }
  assert.fail(`${MOST_STEPS} times ${key} did not lead to ${target}`);
}

/** The element with the focus, and what hides that from a person. Runs in the page. */
function focused() {
  const element = document.activeElement;
  if (element === document.body) {
    return { element: 'body', hidden: [] };
  }
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  const { top, bottom, width, height } = element.getBoundingClientRect();
  const hidden = [
    [outlineStyle === 'none' || parseFloat(outlineWidth) === 0, `outline ${outlineWidth} ${outlineStyle}`],
    [/, 0\)$|transparent/.test(outlineColor), `outline ${outlineColor}`],
    [bottom < 0 || top > innerHeight, `from ${top} to ${bottom} in a window of ${innerHeight} px`],
    [width === 0 || height === 0, 'no size'],
  ];
  return { element: element.outerHTML, hidden: hidden.filter(([is]) => is).map(([, how]) => how) };
}
