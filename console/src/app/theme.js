// @ts-check
// Not a module, and first in the page: a theme that arrives after the first paint is a white flash.
{
  const stored = localStorage.getItem('console.theme')
  if (stored === 'light' || stored === 'dark') document.documentElement.dataset.theme = stored
}
