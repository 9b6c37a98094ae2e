// What the panels of all games have: a question, presets, the bar, controls, the rewind, files, the link; as HTML.
window.gameParts = v => {
  const w = v.words, once = Object.keys(v.pairs).length === 0;
  const button = (name, text, more = '') => `<button type="button" data-${name} ${more}>${text}</button>`;
  const input = c => c.choices
    ? `<select data-key="${c.key}">${c.choices.map(([text, value]) => `<option value="${value}">${text}</option>`).join('')}</select>`
    : `<input type="${c.max === 1 ? 'checkbox' : 'range'}" data-key="${c.key}" min="${c.min}" max="${c.max}" step="1"><output></output>`;
  return {
    once, button,
    head: `<p class="lab-lecture"><span>${w.lecture} ${v.numbers}</span> ${v.lecture}</p>
<div class="lab-guess" role="group"></div>
<p class="ga-buttons game-presets">${Object.entries(v.presets).map(([name, [text]]) =>
    `<button type="button" data-preset="${name}">${text}</button>`).join('')}</p>`,
    bar: more => `<p class="game-bar">${button('play', w.play, 'class="game-play"')}${more}${button('round', w.round)}
  ${button('reset', w.reset)}${button('seed', w.newSeed)}</p>
<p class="game-broken" hidden><b class="game-why"></b>${button('back', w.back)}</p>`,
    rewind: `<label class="game-rewind"><span class="game-step"></span><input type="range" data-rewind min="0" max="1" value="0"
  aria-label="${w.rewind}"></label>`,
    speed: first => `<label>${w.speed}<input type="range" data-speed min="1" max="20" value="${first}"></label>`,
    controls: `<div class="game-controls">${v.controls.map(c => `<label class="game-control"><span>${c.label}</span>${input(c)}</label>`)
      .join('')}</div>`,
    number: '<p class="lab-number" aria-live="off"></p><table class="game-figures"></table>',
    curves: `<div class="game-curves"><canvas role="img" aria-label="${w.curves || v.title}"></canvas></div>`,
    files: more => `<p class="game-bar">${more}${button('csv', 'CSV')}${once ? button('program', w.program) : ''}${button('film', w.film)}</p>`,
    words: `<div class="lab-words"><p>${v.note}</p>${once && v.kind === 'plane' ? `<p>${w.programIs}</p>` : ''}</div>
<p class="ga-link"><input readonly aria-label="${w.copy}">${button('copy', w.copy)}</p>`,
  };
};
// The question before the game; an answer says whether it is right, and why.
window.gameQuestion = (place, {guess, words}) => {
  if (!guess) return;
  const button = (text, i, more) => `<button type="button" data-guess="${i}" ${more}>${text}</button>`;
  place.innerHTML = `<b>${guess.question}</b>${guess.choices.map((text, i) => button(text, i, '')).join('')}`
    + button(words.skip, -1, 'class="lab-skip"');
  place.addEventListener('click', ({target}) => {
    const {guess: given} = target.dataset;
    if (!given) return;
    const right = Number(given) === guess.right;
    place.innerHTML = given < 0 ? '' : `<b class="lab-${right ? 'right' : 'wrong'}">${right ? words.right : words.wrong}</b> ${guess.why}`;
  });
};
// Files of a run.
window.gameFiles = {
  save: (name, content) => {
    const a = document.createElement('a');
    a.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], {type: 'text/plain'}));
    a.download = name;
    a.click();
  },
  csv: frame => {
    const keys = Object.keys(frame.rows[0][0]), many = frame.rows[0].length > 1;
    const lines = frame.rows.flatMap(row => row.map((game, i) => [...(many ? [i + 1] : []), ...keys.map(k => game[k] ?? '')]));
    const head = [...(many ? ['run'] : []), ...keys];
    return [head, ...lines].map(line => line.join(',')).join('\n') + '\n';
  },
  // The same run as a program for PyTorch: its settings are those with which the run began.
  program: (source, settings, frame) => {
    const {pair, ...kept} = settings;
    if (kept.data !== 'brush' && 'brush' in kept) kept.brush = '';
    const given = JSON.stringify({...kept, steps: frame.step || kept.steps});
    return source.replace(/json\.loads\("""[^]*?"""\)/, () => `json.loads("""\n${given}\n""")`);
  },
};
