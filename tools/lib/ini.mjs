/** @typedef {Record<string, Record<string, string | number | boolean | undefined>>} Sections */

/**
 * The text of an INI file; options without a value are left out.
 * @param {Sections} sections
 * @param {string} [comment]
 */
export function renderIni(sections, comment = '') {
  const head = comment ? `${comment.trimEnd().replace(/^/gm, '# ')}\n\n` : '';
  const blocks = Object.entries(sections).map(([name, options]) => {
    const rows = Object.entries(options).filter(([, value]) => value !== undefined);
    return [`[${name}]`, ...rows.map(([option, value]) => `${option} = ${value}`)].join('\n');
  });
  return `${head}${blocks.join('\n\n')}\n`;
}

/**
 * One option of an INI file, as text.
 * @param {string} text
 * @param {string} section
 * @param {string} option
 * @returns {string | undefined} the last value given
 */
export function iniOption(text, section, option) {
  let here = '';
  let found;
  for (const row of text.split('\n')) {
    const heading = /^\s*\[([^\]]+)\]/.exec(row);
    const setting = /^\s*([\w.]+)\s*[=:]\s*(.*?)\s*$/.exec(row);
    if (heading) here = String(heading[1]);
    else if (setting && here === section && setting[1] === option) found = setting[2];
  }
  return found;
}
