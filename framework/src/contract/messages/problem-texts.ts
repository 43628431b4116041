import { errorTable, type ProblemCode } from '../../std/error-table.ts'
import type { ProblemDocument } from '../problem-document.ts'

interface Text {
  readonly title: string
  /** In place of the sentence of the table. `{name}` is a field of the problem, and the sentence then stands for the declared one as well. */
  readonly detail: string
}
type Texts = Readonly<Partial<Record<ProblemCode, Text>>>

// What somebody may get to see who does nothing but use an application. What only programmers get is English, as their manuals are.

const german: Texts = {
  'bad-request': { title: 'Ungültige Anfrage', detail: 'Die Anfrage kann so nicht verstanden werden.' },
  unauthenticated: { title: 'Nicht angemeldet', detail: 'Melden Sie sich an.' },
  'token-reused': { title: 'Sitzung beendet', detail: 'Melden Sie sich neu an: Diese Sitzung wurde zu Ihrem Schutz beendet.' },
  'link-invalid': { title: 'Ungültiger Link', detail: 'Fordern Sie einen neuen Link an: Dieser wurde verändert oder ist abgelaufen.' },
  forbidden: { title: 'Nicht erlaubt', detail: 'Bitten Sie jemanden, der das darf.' },
  'not-found': { title: 'Nicht gefunden', detail: 'Prüfen Sie die Adresse: Hier ist nichts, oder nichts, was Ihnen gehört.' },
  'request-timeout': { title: 'Zeitüberschreitung', detail: 'Die Anfrage kam zu langsam an. Senden Sie sie noch einmal.' },
  conflict: { title: 'Konflikt', detail: 'Laden Sie den aktuellen Stand, und wiederholen Sie Ihre Änderung.' },
  'precondition-failed': {
    title: 'Inzwischen geändert',
    detail: 'Jemand war schneller. Laden Sie den aktuellen Stand, und wiederholen Sie Ihre Änderung.',
  },
  'idempotency-in-progress': {
    title: 'Wird schon bearbeitet',
    detail: 'Warten Sie einen Augenblick: Diese Anfrage wird gerade bearbeitet.',
  },
  'content-too-large': { title: 'Zu groß', detail: 'Senden Sie höchstens {limit} Bytes.' },
  'validation-failed': { title: 'Eingabe fehlerhaft', detail: 'Korrigieren Sie die genannten Angaben.' },
  'rate-limited': { title: 'Zu viele Anfragen', detail: 'Wiederholen Sie es in {retryAfter} s.' },
  'internal-error': { title: 'Interner Fehler', detail: 'Etwas ist schiefgegangen. Nennen Sie dem Betreiber die Nummer in `requestId`.' },
  'commit-outcome-unknown': { title: 'Ausgang unbekannt', detail: 'Sehen Sie nach, ob die Änderung da ist, bevor Sie sie wiederholen.' },
  'path-refused': { title: 'Pfad abgelehnt', detail: 'Nennen Sie etwas innerhalb des Ordners, von ihm aus gesehen.' },
  'program-failed': { title: 'Interner Fehler', detail: 'Etwas ist schiefgegangen. Nennen Sie dem Betreiber die Nummer in `requestId`.' },
  'program-timeout': { title: 'Zeit überschritten', detail: 'Verlangen Sie weniger, oder versuchen Sie es später noch einmal.' },
  'upstream-failed': {
    title: 'Vorübergehend gestört',
    detail: 'Ein Dienst, der gebraucht wird, hat nicht richtig geantwortet. Versuchen Sie es später noch einmal.',
  },
  'upstream-timeout': {
    title: 'Vorübergehend gestört',
    detail: 'Ein Dienst, der gebraucht wird, war zu langsam. Versuchen Sie es später noch einmal.',
  },
  'database-unavailable': { title: 'Nicht verfügbar', detail: 'Versuchen Sie es in einem Augenblick noch einmal.' },
  'pool-exhausted': { title: 'Nicht verfügbar', detail: 'Versuchen Sie es in einem Augenblick noch einmal.' },
  'dependency-unavailable': {
    title: 'Nicht verfügbar',
    detail: 'Ein Dienst, der gebraucht wird, ist gerade nicht erreichbar. Versuchen Sie es später noch einmal.',
  },
  'dependency-busy': {
    title: 'Nicht verfügbar',
    detail: 'Ein Dienst, der gebraucht wird, ist gerade ausgelastet. Versuchen Sie es später noch einmal.',
  },
  overloaded: { title: 'Überlastet', detail: 'Zurzeit sind es zu viele Anfragen. Versuchen Sie es in einem Augenblick noch einmal.' },
  'shutting-down': { title: 'Startet neu', detail: 'Versuchen Sie es gleich noch einmal.' },
  'deadline-exceeded': {
    title: 'Hat zu lange gedauert',
    detail: 'Verlangen Sie weniger auf einmal, oder versuchen Sie es später noch einmal.',
  },
}

const french: Texts = {
  'bad-request': { title: 'Requête incorrecte', detail: 'La requête ne peut pas être comprise telle quelle.' },
  unauthenticated: { title: 'Non connecté', detail: 'Connectez-vous.' },
  'token-reused': { title: 'Session terminée', detail: 'Reconnectez-vous : cette session a été fermée pour vous protéger.' },
  'link-invalid': { title: 'Lien non valable', detail: 'Demandez un nouveau lien : celui-ci a été modifié ou a expiré.' },
  forbidden: { title: 'Interdit', detail: 'Demandez à quelqu’un qui en a le droit.' },
  'not-found': { title: 'Introuvable', detail: 'Vérifiez l’adresse : il n’y a rien ici, ou rien qui soit à vous.' },
  'request-timeout': { title: 'Délai dépassé', detail: 'La requête est arrivée trop lentement. Envoyez-la de nouveau.' },
  conflict: { title: 'Conflit', detail: 'Rechargez l’état actuel et refaites votre modification.' },
  'precondition-failed': {
    title: 'Modifié entre-temps',
    detail: 'Quelqu’un a été plus rapide. Rechargez l’état actuel et refaites votre modification.',
  },
  'idempotency-in-progress': { title: 'Déjà en cours', detail: 'Patientez un instant : cette requête est en cours de traitement.' },
  'content-too-large': { title: 'Trop volumineux', detail: 'Envoyez au plus {limit} octets.' },
  'validation-failed': { title: 'Saisie incorrecte', detail: 'Corrigez les données indiquées.' },
  'rate-limited': { title: 'Trop de requêtes', detail: 'Réessayez dans {retryAfter} s.' },
  'internal-error': { title: 'Erreur interne', detail: 'Un problème est survenu. Indiquez à l’exploitant le numéro `requestId`.' },
  'commit-outcome-unknown': { title: 'Résultat inconnu', detail: 'Vérifiez si la modification a été faite avant de la refaire.' },
  'path-refused': { title: 'Chemin refusé', detail: 'Nommez un élément du dossier, relativement à celui-ci.' },
  'program-failed': { title: 'Erreur interne', detail: 'Un problème est survenu. Indiquez à l’exploitant le numéro `requestId`.' },
  'program-timeout': { title: 'Délai dépassé', detail: 'Demandez moins, ou réessayez plus tard.' },
  'upstream-failed': {
    title: 'Momentanément perturbé',
    detail: 'Un service nécessaire n’a pas répondu correctement. Réessayez plus tard.',
  },
  'upstream-timeout': { title: 'Momentanément perturbé', detail: 'Un service nécessaire a été trop lent. Réessayez plus tard.' },
  'database-unavailable': { title: 'Indisponible', detail: 'Réessayez dans un instant.' },
  'pool-exhausted': { title: 'Indisponible', detail: 'Réessayez dans un instant.' },
  'dependency-unavailable': { title: 'Indisponible', detail: 'Un service nécessaire est injoignable pour le moment. Réessayez plus tard.' },
  'dependency-busy': { title: 'Indisponible', detail: 'Un service nécessaire est saturé pour le moment. Réessayez plus tard.' },
  overloaded: { title: 'Surchargé', detail: 'Il y a trop de requêtes en ce moment. Réessayez dans un instant.' },
  'shutting-down': { title: 'Redémarrage', detail: 'Réessayez tout de suite.' },
  'deadline-exceeded': { title: 'Trop long', detail: 'Demandez-en moins à la fois, ou réessayez plus tard.' },
}

export const problemTexts: Readonly<Record<string, Texts>> = { de: german, fr: french }

const placeholder = /\{(\w+)\}/g

/** The same problem in the words of another language; undefined where it has none. What somebody said in words of their own stays as it is. */
export function translatedProblem(document: ProblemDocument, language: string): Pick<ProblemDocument, 'title' | 'detail'> | undefined {
  const code = document.code as ProblemCode
  const text = problemTexts[language]?.[code]
  if (text === undefined || document.title !== errorTable[code].title) return undefined
  const names = [...text.detail.matchAll(placeholder)].map(([, name]) => name!)
  // The names of fields may be written in another way on the wire.
  if (names.some((name) => document[name] === undefined)) return undefined
  const isOfTable = names.length > 0 || code === 'validation-failed' || document.detail === errorTable[code].fix
  return isOfTable
    ? { title: text.title, detail: text.detail.replaceAll(placeholder, (_, name: string) => String(document[name])) }
    : undefined
}
